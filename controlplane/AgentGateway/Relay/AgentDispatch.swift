public import Cluster
public import Execution
public import Model
import Store
public import Wire

/// Gives the conductor's commands to the agents' streams that this member holds, and hands on what is for
/// others: whoever holds the stream finds it in the store.
public struct AgentDispatch: AgentCommands {
  private let registry: AgentRegistry
  private let announce: @Sendable (ClusterNotice) -> Void

  /// - Parameters:
  ///   - registry: the streams that this member holds.
  ///   - notices: how the other members are told.
  public init(registry: AgentRegistry, notices: ClusterNotices) {
    self.init(registry: registry) { notices.announce($0) }
  }

  init(registry: AgentRegistry, announce: @escaping @Sendable (ClusterNotice) -> Void) {
    self.registry = registry
    self.announce = announce
  }

  public var handsOn: Bool { true }

  public func assign(_ assignment: Wire.Assignment, to agent: AgentID) async -> Bool {
    if await registry.assign(assignment, to: agent) { return true }
    announce(.agentWork([agent]))
    return false
  }

  public func kill(
    _ assignment: AssignmentID, of execution: ExecutionID, epoch: Epoch, grace: Duration,
    on agent: AgentID
  ) async -> Bool {
    if await registry.kill(assignment, of: execution, epoch: epoch, grace: grace, on: agent) {
      return true
    }
    announce(.agentWork([agent]))
    return false
  }

  public func adopted(
    _ execution: ExecutionID, epoch: Epoch, on agent: AgentID
  ) async -> Bool {
    if await registry.adopted(execution, epoch: epoch, on: agent) { return true }
    announce(.agentWork([agent]))
    return false
  }

  public func announceAbort(of execution: ExecutionID) { announce(.abortRequested(execution)) }
}
