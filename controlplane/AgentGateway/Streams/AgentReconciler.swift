import Execution
import Logging
import Model
import Store
import Wire

/// Brings an agent that has connected and the store into agreement.
struct AgentReconciler: Sendable {
  let store: Store
  let orders: AgentOrders
  let deliver: @Sendable ([AssignmentEvent]) -> Void

  /// Sends the agent, whose stream is open, what its inventory calls for. Whatever is assigned from
  /// now on comes through the stream by itself; getting it twice is harmless.
  func reconcile(_ agent: AgentRecord, _ hello: Hello) async throws(StoreError) {
    let open = try await store.ask.assignments.toPush(for: agent.id)
    let named = Set(hello.inventory.map(\.assignment)).union(open.map(\.id))
    let known = try await store.ask.logs.targets(named)
    let plan = Reconciliation(
      agent: agent.id, inventory: hello.inventory, open: open, known: known)
    let records = Dictionary(open.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for id in plan.forget { orders.registry.send(.forget(id), to: agent.id) }
    for record in plan.adopt.compactMap({ records[$0] }) {
      orders.registry.send(
        .adopted(execution: record.execution, epoch: record.epoch), to: agent.id)
    }
    for id in plan.kill {
      guard let target = known[id] else { continue }
      orders.kill(
        id, of: target.execution, epoch: target.epoch, on: target.agent, as: records[id])
    }
    try await settle(
      plan.settled.merging(push(plan, records, known)) { first, _ in first }, known)
  }

  /// Pushes what is to be pushed, and answers what cannot be.
  private func push(
    _ plan: Reconciliation, _ records: [AssignmentID: AssignmentRecord],
    _ known: [AssignmentID: IngestTarget]
  ) -> [AssignmentID: AssignmentOutcome] {
    var unfit: [AssignmentID: AssignmentOutcome] = [:]
    var pushed: [AssignmentEvent] = []
    for id in plan.assign {
      guard let record = records[id], let target = known[id] else { continue }
      do throws(UnfitAssignment) {
        if try orders.assign(record, epoch: target.epoch) {
          pushed.append(.pushed(id, record.execution))
        }
      } catch {
        unfit[id] = error.outcome
      }
    }
    deliver(pushed)
    return unfit
  }

  /// Ends assignments in the agents' stead, unless an agent has said more than is `known`.
  func settle(
    _ settled: [AssignmentID: AssignmentOutcome], _ known: [AssignmentID: IngestTarget]
  ) async throws(StoreError) {
    if settled.isEmpty { return }
    let now = try await store.now()
    var advances: [SpoolAdvance] = []
    for (id, outcome) in settled.sorted(by: { $0.key < $1.key }) {
      guard let target = known[id] else { continue }
      var advance = SpoolAdvance(target: target)
      advance.outcome = outcome
      advance.endedAt = now
      advances.append(advance)
    }
    if advances.isEmpty { return }
    let taken = try await store.ask.logs.ingest(advances)
    let events = zip(advances, taken).compactMap { advance, taken -> AssignmentEvent? in
      guard taken, let outcome = advance.outcome else { return nil }
      return .ended(advance.target.assignment, advance.target.execution, outcome, at: now)
    }
    deliver(events)
  }
}
