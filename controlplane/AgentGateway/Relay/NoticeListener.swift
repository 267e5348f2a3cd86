import Execution
import Model
import Store

/// Hands what other members tell to whom it concerns here.
struct NoticeListener: Sendable {
  let executions: any CarriedExecutions
  let registry: AgentRegistry
  let pusher: WorkPusher
  let reader: ReportReader
  private let aborts = Gathering<ExecutionID>()

  init(
    executions: any CarriedExecutions, registry: AgentRegistry, pusher: WorkPusher,
    reader: ReportReader
  ) {
    self.executions = executions
    self.registry = registry
    self.pusher = pusher
    self.reader = reader
  }

  /// Listens until the task is cancelled.
  func run(_ notices: AsyncStream<ClusterNotice>) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await notice in notices { hear(notice) } }
      group.addTask {
        for await _ in aborts.arrivals {
          await executions.obeyAbortRequests(of: aborts.takeAll())
        }
      }
    }
  }

  func hear(_ notice: ClusterNotice) {
    switch notice {
    case .agentWork(let agents): pusher.wake(agents)
    case .reported(let ids): reader.wake(ids)
    case .abortRequested(let id): if executions.carries(id) { aborts.add([id]) }
    case .pushed(let assignments):
      executions.deliver(
        assignments.filter { executions.carries($0.execution) }
          .map { .pushed($0.assignment, $0.execution) })
    case .unknown: pusher.wake(registry.connected)
    default: return
    }
  }
}
