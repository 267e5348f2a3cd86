import Glibc

/// The processes of one step, for when its supervisor, who would know them all, is gone.
///
/// Every process of a step inherits a variable with the path of its spool, which is in use for one step only. So they are
/// found whatever became of their parents, sessions and groups, by this agent or by its next life. Not found are a process that
/// cleared its environment and one of another user (sudo) when the agent is not root: the step is reported as lost all the
/// same, and says how many were ended.
struct StepTree {
  /// The variable's name.
  static let variable = "QUARTERDECK_STEP"
  /// How often everybody is looked for: a process may have started another meanwhile.
  private static let rounds = 50

  private let mark: [UInt8]

  /// - Parameter spool: the path of the step's spool.
  init(spool: String) { mark = Array("\(Self.variable)=\(spool)".utf8) }

  /// Ends all processes by SIGKILL and waits for them a moment. Returns how many there were.
  func end() -> Int {
    var ended: Set<pid_t> = []
    for round in 0..<Self.rounds {
      let found = processes()
      if found.isEmpty { break }
      if round > 0 { usleep(10_000) }
      for process in found where kill(process, SIGKILL) == 0 { ended.insert(process) }
    }
    return ended.count
  }

  /// What a report says of them.
  static func note(_ ended: Int) -> String {
    switch ended {
    case 0: ""
    case 1: "; 1 process of the step was ended"
    default: "; \(ended) processes of the step were ended"
    }
  }

  /// Those who have the variable. A process that ended and was not collected yet has no environment.
  func processes() -> [pid_t] {
    DirectoryListing.names(in: "/proc").compactMap { pid_t($0) }.filter { process in
      guard process != getpid(), let all = try? SmallFile.read("/proc/\(process)/environ") else {
        return false
      }
      return all.split(separator: 0).contains { $0.elementsEqual(mark) }
    }
  }
}
