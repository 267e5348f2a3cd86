public import Model

/// What is open of the executions that a member carries, for whoever keeps an eye on it.
public struct OpenWork: Sendable, Hashable {
  /// An assignment and where it belongs.
  public struct Item: Sendable, Hashable {
    public let assignment: AssignmentID
    public let execution: ExecutionID
    public let agent: AgentID

    public init(_ assignment: AssignmentID, of execution: ExecutionID, on agent: AgentID) {
      self.assignment = assignment
      self.execution = execution
      self.agent = agent
    }
  }

  /// Not known to be delivered to their agents.
  public var undelivered: [Item] = []
  /// Delivered perhaps; no start was reported to the owner.
  public var unstarted: [Item] = []
  /// Started.
  public var started: [Item] = []
  /// Those of the delivered ones that were told to end.
  public var ending: Set<AgentID> = []

  public init() {}

  /// Whether there is nothing to look after.
  public var isEmpty: Bool { undelivered.isEmpty && unstarted.isEmpty && started.isEmpty }

  /// The executions that it belongs to.
  public var executions: Set<ExecutionID> {
    Set((undelivered + unstarted + started).map(\.execution))
  }

  /// The agents that have something to begin or to end.
  public var agents: Set<AgentID> { ending.union((undelivered + unstarted).map(\.agent)) }
}
