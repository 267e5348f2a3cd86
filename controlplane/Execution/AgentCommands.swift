public import Model
public import Wire

/// What Execution asks of whoever holds the agents' streams. AgentGateway implements it.
public protocol AgentCommands: Sendable {
  /// Pushes an assignment whose row is committed. False when this member does not hold that agent's
  /// stream: then the agent has not got it from here.
  func assign(_ assignment: Wire.Assignment, to agent: AgentID) async -> Bool

  /// Tells an agent to end an assignment's process tree: SIGTERM, after `grace` SIGKILL. False when
  /// this member does not hold that agent's stream.
  func kill(
    _ assignment: AssignmentID, of execution: ExecutionID, epoch: Epoch, grace: Duration,
    on agent: AgentID
  ) async -> Bool

  /// Tells an agent that runs steps of an execution that this member carries it now, as of this epoch, so that it
  /// refuses late commands of the member before. False when this member does not hold that agent's stream.
  func adopted(_ execution: ExecutionID, epoch: Epoch, on agent: AgentID) async -> Bool

  /// Whether what this member cannot deliver is handed on to the member that can. Then an assignment
  /// that was not taken is not unreached yet: `CarriedExecutions.unreached` tells if it is.
  var handsOn: Bool { get }

  /// Tells the member that carries the execution that its end was asked for, and stored.
  func announceAbort(of execution: ExecutionID)
}

extension AgentCommands {
  public var handsOn: Bool { false }
  public func adopted(
    _ execution: ExecutionID, epoch: Epoch, on agent: AgentID
  ) async -> Bool { false }
  public func announceAbort(of execution: ExecutionID) {}
}
