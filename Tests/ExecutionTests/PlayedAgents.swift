import Model
import Synchronization
import Wire

@testable import Execution

/// The agents' side: notes what it was told.
final class PlayedAgents: AgentCommands {
  struct State {
    var connected: Set<AgentID> = []
    var killed: [AssignmentID] = []
    /// What they were told of executions that changed hands.
    var adopted: [String] = []
  }

  let state = Mutex(State())
  let assigned: AsyncStream<Wire.Assignment>
  let kills: AsyncStream<AssignmentID>
  private let assignments: AsyncStream<Wire.Assignment>.Continuation
  private let killings: AsyncStream<AssignmentID>.Continuation

  init() {
    (assigned, assignments) = AsyncStream.makeStream()
    (kills, killings) = AsyncStream.makeStream()
  }

  func connect(_ names: String...) {
    state.withLock { state in for name in names { state.connected.insert(AgentID("id-\(name)")) } }
  }

  func disconnect(_ names: String...) {
    state.withLock { state in for name in names { state.connected.remove(AgentID("id-\(name)")) } }
  }

  func assign(_ assignment: Wire.Assignment, to agent: AgentID) async -> Bool {
    guard state.withLock({ $0.connected.contains(agent) }) else { return false }
    assignments.yield(assignment)
    return true
  }

  func kill(
    _ assignment: AssignmentID, of execution: ExecutionID, epoch: Epoch, grace: Duration,
    on agent: AgentID
  ) async -> Bool {
    guard state.withLock({ $0.connected.contains(agent) }) else { return false }
    state.withLock { $0.killed.append(assignment) }
    killings.yield(assignment)
    return true
  }

  /// What they were told of executions that changed hands.
  var adoptions: [String] { state.withLock { $0.adopted } }

  func adopted(_ execution: ExecutionID, epoch: Epoch, on agent: AgentID) async -> Bool {
    state.withLock { $0.adopted.append("\(execution) \(epoch) on \(agent)") }
    return true
  }

  /// The next assignment that was pushed.
  func next() async -> Wire.Assignment? {
    var assignments = assigned.makeAsyncIterator()
    return await assignments.next()
  }

  /// The next assignment that was pushed of another step: whoever takes an execution up tells its agents again what
  /// they have.
  func next(but known: Wire.Assignment) async -> Wire.Assignment? {
    while let assignment = await next() {
      if assignment.id != known.id { return assignment }
    }
    return nil
  }

  /// The next kill that was sent.
  func nextKill() async -> AssignmentID? {
    var kills = kills.makeAsyncIterator()
    return await kills.next()
  }
}
