import Model
import Store

@testable import Cluster

/// Members and properties for the tests of remote execution.
enum PolicyScene {
  static let root = "rundeck.clusterMode.remoteExecution."

  static func member(
    _ id: String, tags: String = "", state: MemberState = .active, mode: ExecutionMode = .active,
    running: Int = 0, capacity: Int = 10, cpu: Int = 0, silence: Duration? = nil
  ) -> MemberCandidate {
    MemberCandidate(
      id: MemberID(id), name: "", tags: Set(tags.listEntries),
      load: MemberLoad(running: running, capacity: capacity, cpuPermille: cpu), state: state,
      mode: mode, silence: silence)
  }

  static func members(_ ids: String...) -> [MemberCandidate] { ids.map { member($0) } }

  /// A decider for the lines of a properties file, each without the common beginning of its key; they must be
  /// free of problems.
  static func decider(_ lines: String...) -> RemoteExecutionDecider {
    let (profiles, problems) = RemoteExecutionProfiles.parse(properties(lines))
    precondition(problems.isEmpty, "\(problems)")
    return RemoteExecutionDecider(profiles)
  }

  static func properties(_ lines: [String]) -> [String: String] {
    let pairs = lines.map { line in
      let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmed }
      let isWhole = parts[0].hasPrefix("rundeck.")
      return (isWhole ? parts[0] : root + parts[0], parts.count > 1 ? parts[1] : "")
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  static func problems(_ lines: String...) -> [PolicyProblem] {
    RemoteExecutionProfiles.parse(properties(lines)).problems
  }
}

extension RemoteExecutionDecision {
  /// What is said against a member.
  func reason(against member: String) -> String? {
    excluded.first { $0.member == MemberID(member) }?.reason
  }

  var candidateTexts: [String] { candidates.map(\.text) }
}

extension RemoteExecutionDecider {
  /// Decides for a project that no profile names, unless one is given.
  func decide(
    _ members: [MemberCandidate], as this: String, turn: UInt64 = 0, without: Set<String> = [],
    project: String = "any"
  ) -> RemoteExecutionDecision {
    decide(
      project: project, members: members, self: MemberID(this),
      excluding: Set(without.map(MemberID.init)), turn: .counted(turn))
  }

  /// How often each member is chosen.
  func counts(
    _ turns: some Sequence<RemoteExecutionTurn>, members: [MemberCandidate],
    without: Set<MemberID> = [], as this: (RemoteExecutionTurn) -> MemberID
  ) -> [String: Int] {
    var counts: [String: Int] = [:]
    for turn in turns {
      let decision = decide(
        project: "any", members: members, self: this(turn), excluding: without, turn: turn)
      counts[decision.chosen?.text ?? "nobody", default: 0] += 1
    }
    return counts
  }
}
