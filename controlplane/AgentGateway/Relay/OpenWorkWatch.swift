import Execution
import Logging
import Model
import Store

/// Looks after what is open of this member's executions: the net below the notices, which may be lost.
struct OpenWorkWatch: Sendable {
  let executions: any CarriedExecutions
  let registry: AgentRegistry
  let pusher: WorkPusher
  let reader: ReportReader
  /// Tells the member that holds an agent's stream that there is something for it.
  let announce: @Sendable ([AgentID]) -> Void
  /// From look to look; every other one asks the store.
  let interval: Duration
  let logger: Logger

  /// Looks until the task is cancelled. A member that carries nothing asks nobody.
  func run() async {
    var deliveries = LateDeliveries()
    var isPoll = false
    while (try? await Task.sleep(for: interval)) != nil {
      let work = await executions.openWork(of: nil)
      executions.unreached(deliveries.look(at: work.undelivered))
      if isPoll, !work.isEmpty { await poll(work) }
      isPoll.toggle()
    }
  }

  private func poll(_ work: OpenWork) async {
    let agents = work.agents
    pusher.wake(agents)
    let others = agents.filter { !registry.isConnected($0) }
    if !others.isEmpty { announce(Array(others)) }
    do throws(StoreError) {
      try await reader.read(work)
    } catch {
      logger.warning("Reports were not looked for", metadata: ["error": "\(error)"])
    }
    await executions.obeyAbortRequests(of: [])
  }
}
