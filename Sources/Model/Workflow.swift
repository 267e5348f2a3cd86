/// The steps of a job and how they follow each other (`sequence` in the formats).
public struct Workflow: Sendable, Hashable, Codable {
  /// Whether later steps run after one has failed (the execution fails all the same).
  public var keepgoing: Bool
  public var strategy: WorkflowStrategy
  public var steps: [WorkflowStep]
  /// Documented keys that have no property here, such as `pluginConfig`.
  public var kept: [String: JobValue]

  public init(
    keepgoing: Bool = false, strategy: WorkflowStrategy = .nodeFirst, steps: [WorkflowStep],
    kept: [String: JobValue] = [:]
  ) {
    self.keepgoing = keepgoing
    self.strategy = strategy
    self.steps = steps
    self.kept = kept
  }
}

/// In which order steps and nodes are gone through: a name that Rundeck has (`node-first`,
/// `sequential`, `parallel`, `ruleset`) or a plugin's.
public struct WorkflowStrategy: Sendable, Hashable, Codable {
  public let name: String

  /// Takes the old name `step-first` for `sequential`.
  public init(_ name: String) { self.name = name == "step-first" ? "sequential" : name }

  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }

  /// The whole workflow on one node, then on the next.
  public static let nodeFirst = WorkflowStrategy("node-first")
  /// Each step on all nodes before the next step.
  public static let sequential = WorkflowStrategy("sequential")
  public static let parallel = WorkflowStrategy("parallel")
  public static let ruleset = WorkflowStrategy("ruleset")
}
