import Execution
import Logging
import Model
import Store
import Wire

/// Brings an agent that has connected and the store into agreement.
struct AgentReconciler: Sendable {
  let store: Store
  let seal: SpecificationSeal
  let registry: AgentRegistry
  let deliver: @Sendable ([AssignmentEvent]) -> Void
  let logger: Logger

  /// Sends the agent, whose stream is open, what its inventory calls for. Whatever is assigned from
  /// now on comes through the stream by itself; getting it twice is harmless.
  func reconcile(_ agent: AgentRecord, _ hello: Hello, at now: Instant) async throws(StoreError) {
    let open = try await store.ask.assignments.toPush(for: agent.id)
    let named = Set(hello.inventory.map(\.assignment)).union(open.map(\.id))
    let known = try await store.ask.logs.targets(named)
    let plan = Reconciliation(
      agent: agent.id, inventory: hello.inventory, open: open, known: known)
    let records = Dictionary(open.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var settled = plan.settled
    for id in plan.forget { registry.send(.forget(id), to: agent.id) }
    for id in plan.kill {
      if let target = known[id] { kill(target, records[id]) }
    }
    for id in plan.assign {
      guard let record = records[id], let target = known[id] else { continue }
      if let failure = push(record, target) { settled[id] = failure }
    }
    try await settle(settled, known, at: now)
  }

  private func push(_ record: AssignmentRecord, _ target: IngestTarget) -> AssignmentOutcome? {
    do {
      let specification = try seal.open(record.specification, for: record.id)
      let assignment = Wire.Assignment(
        id: record.id, execution: record.execution, epoch: target.epoch,
        specification: specification)
      if registry.send(.assign(assignment), to: record.agent) {
        deliver([.pushed(record.id, record.execution)])
      }
      return nil
    } catch {
      logger.error(
        "An assignment's specification cannot be opened",
        metadata: ["assignment": "\(record.id)", "error": "\(error)"])
      return .notStarted(message: "Its specification cannot be opened: \(error)")
    }
  }

  private func kill(_ target: IngestTarget, _ record: AssignmentRecord?) {
    let specification = record.flatMap { try? seal.open($0.specification, for: $0.id) }
    registry.send(
      .kill(
        assignment: target.assignment, execution: target.execution, epoch: target.epoch,
        graceMilliseconds: specification?.graceMilliseconds ?? 10_000), to: target.agent)
  }

  private func settle(
    _ settled: [AssignmentID: AssignmentOutcome], _ known: [AssignmentID: IngestTarget],
    at now: Instant
  ) async throws(StoreError) {
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
