public import Model
public import Wire

/// What Execution asks of whoever holds the agents' streams. AgentGateway implements it.
public protocol AgentCommands: Sendable {
  /// Pushes an assignment whose row is committed. False when this member does not hold that agent's
  /// stream: then the agent has certainly not got it.
  func assign(_ assignment: Wire.Assignment, to agent: AgentID) async -> Bool

  /// Tells an agent to end an assignment's process tree: SIGTERM, after `grace` SIGKILL. False when
  /// this member does not hold that agent's stream.
  func kill(
    _ assignment: AssignmentID, of execution: ExecutionID, epoch: Epoch, grace: Duration,
    on agent: AgentID
  ) async -> Bool
}
