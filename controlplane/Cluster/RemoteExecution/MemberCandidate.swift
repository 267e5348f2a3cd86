public import Model
public import Store

/// What a choice among members looks at in one of them, itself included.
public struct MemberCandidate: Sendable, Hashable {
  public var id: MemberID
  public var name: String
  /// `rundeck.server.tags`; upper and lower case differ.
  public var tags: Set<String>
  /// What it said of itself with its last heartbeat.
  public var load: MemberLoad
  public var state: MemberState
  public var mode: ExecutionMode
  /// How long ago it renewed, for the explanation; nil when that is not known.
  public var silence: Duration?

  public init(
    id: MemberID, name: String = "", tags: Set<String> = [], load: MemberLoad = MemberLoad(),
    state: MemberState = .active, mode: ExecutionMode = .active, silence: Duration? = nil
  ) {
    self.id = id
    self.name = name
    self.tags = tags
    self.load = load
    self.state = state
    self.mode = mode
    self.silence = silence
  }

  /// How it is called in explanations.
  var label: String { name.isEmpty ? id.text : name }

  /// Executions carried against capacity, 0 to 1; a member that did not say its capacity counts as empty.
  var threadRatio: Double {
    load.capacity > 0 ? min(1, max(0, Double(load.running) / Double(load.capacity))) : 0
  }

  /// The share of its processors that is in use, 0 to 1.
  var cpuShare: Double { min(1, max(0, Double(load.cpuPermille) / 1_000)) }
}

extension MemberCandidate {
  /// Why it can be given nothing, whatever a policy says; nil for a member that is there and renews.
  var absence: String? {
    switch state {
    case .active: nil
    case .inactive: silence.map { "has not renewed for \($0.inSeconds)" } ?? "is inactive"
    case .dead: "is dead" + (silence.map { ": it has not renewed for \($0.inSeconds)" } ?? "")
    case .fenced: "is fenced"
    case .left: "has left the cluster"
    case .draining: "is draining"
    }
  }
}

extension Duration {
  /// Whole seconds, as an explanation gives them.
  var inSeconds: String { "\(components.seconds) s" }
}

extension StringProtocol {
  /// The text without white space at its ends.
  var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
    while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
    return String(rest)
  }

  /// The entries between commas, without white space around them and without empty ones.
  var listEntries: [String] {
    split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
  }
}
