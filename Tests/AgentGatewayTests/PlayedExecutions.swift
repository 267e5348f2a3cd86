import Execution
import Model
import Store
import Synchronization

/// Plays whoever carries executions on a member.
final class PlayedExecutions: CarriedExecutions {
  struct State {
    var carried: Set<ExecutionID>
    var events: [AssignmentEvent] = []
    var open = OpenWork()
    var unreached: [OpenWork.Item] = []
    var abortRequests: [Set<ExecutionID>] = []
  }

  let state: Mutex<State>

  init(carrying carried: Set<ExecutionID>) { state = Mutex(State(carried: carried)) }

  /// What it was told, in its order.
  var events: [AssignmentEvent] { state.withLock { $0.events } }

  var unreached: [OpenWork.Item] { state.withLock { $0.unreached } }
  var abortRequests: [Set<ExecutionID>] { state.withLock { $0.abortRequests } }

  func deliver(_ events: [AssignmentEvent]) { state.withLock { $0.events += events } }

  func carries(_ id: ExecutionID) -> Bool { state.withLock { $0.carried.contains(id) } }

  func openWork(of executions: Set<ExecutionID>?) async -> OpenWork {
    state.withLock { $0.open }
  }

  func unreached(_ items: [OpenWork.Item]) { state.withLock { $0.unreached += items } }

  func obeyAbortRequests(of named: Set<ExecutionID>) async {
    state.withLock { $0.abortRequests.append(named) }
  }
}

/// Collects what was announced to the other members.
final class NoticeLog: Sendable {
  private let notices = Mutex<[ClusterNotice]>([])
  var all: [ClusterNotice] { notices.withLock { $0 } }
  func add(_ notice: ClusterNotice) { notices.withLock { $0.append(notice) } }
}
