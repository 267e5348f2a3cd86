public import Model

/// What the gateway asks of whoever carries executions on this member. `ExecutionConductor` does.
public protocol CarriedExecutions: Sendable {
  /// Tells what agents reported. Returns at once; repeats, and events of executions that this member
  /// does not carry, are harmless.
  func deliver(_ events: [AssignmentEvent])

  /// Whether this member carries the execution, answered at once. No is not certain for a moment after
  /// it was taken up.
  func carries(_ id: ExecutionID) -> Bool

  /// What is open of these executions, of all that this member carries for nil.
  func openWork(of executions: Set<ExecutionID>?) async -> OpenWork

  /// No member could deliver these, because their agents are connected nowhere: from now on they wait
  /// for them, up to the limit.
  func unreached(_ items: [OpenWork.Item])

  /// Acts on ends that were asked for on other members and stored; stops carrying those of `named` that
  /// others have ended.
  func obeyAbortRequests(of named: Set<ExecutionID>) async
}
