import Cluster
import Execution
import Logging
import Model
import Store
import Wire

/// Sends the agents whose streams this member holds what the store has for them, whenever somebody says
/// that there is something: another member that carries an execution, or a look at what is late.
final class WorkPusher: Sendable {
  private let store: Store
  private let registry: AgentRegistry
  private let terms: CurrentTerm
  private let reconciler: AgentReconciler
  private let relay: EventRelay
  /// Tells the other members that there is work for an agent that this one has lost.
  private let announce: @Sendable ([AgentID]) -> Void
  private let logger: Logger
  private let wanted = Gathering<AgentID>()

  init(
    store: Store, terms: CurrentTerm, registry: AgentRegistry, reconciler: AgentReconciler,
    relay: EventRelay, logger: Logger, announce: @escaping @Sendable ([AgentID]) -> Void
  ) {
    self.store = store
    self.registry = registry
    self.terms = terms
    self.reconciler = reconciler
    self.relay = relay
    self.logger = logger
    self.announce = announce
  }

  /// Looks soon what there is for those of the agents that are connected here.
  func wake(_ agents: some Collection<AgentID>) {
    wanted.add(agents.filter { registry.isConnected($0) })
  }

  /// Serves until the task is cancelled. What fails is done when it is asked for again.
  func run() async {
    for await _ in wanted.arrivals {
      do throws(StoreError) {
        try await push(to: wanted.takeAll())
      } catch {
        logger.warning("Work was not pushed", metadata: ["error": "\(error)"])
      }
    }
  }

  func push(to agents: Set<AgentID>) async throws(StoreError) {
    guard let term = terms.held else { return }
    let streams = registry.noted(agents)
    if streams.isEmpty { return }
    let work = try await store.ask.assignments.work(of: Array(streams.keys), heldBy: term)
    leave(streams.filter { work.held[$0.key] != $0.value })
    let byAgent = Dictionary(grouping: work.assignments, by: \.agent)
    let adopted = Dictionary(grouping: work.adopted, by: \.agent)
    for (agent, number) in streams where work.held[agent] == number {
      let (records, steps) = (byAgent[agent] ?? [], adopted[agent] ?? [])
      if records.isEmpty, steps.isEmpty { continue }
      try await send(records, steps, to: agent, number: number)
    }
  }

  /// Ends streams that the agents have left for another member, or whose agents are not enrolled any
  /// more. Whatever was sent into them since is for the other member to send again.
  func leave(_ streams: [AgentID: Int64]) {
    let left = streams.filter { registry.close($0.key, number: $0.value) }.map(\.key)
    guard !left.isEmpty else { return }
    logger.notice("Agents were connected elsewhere already", metadata: ["count": "\(left.count)"])
    announce(left)
  }

  /// Sends what this stream has not carried yet. What it has carried and no agent has begun is told
  /// again to its owner, who may not have heard.
  private func send(
    _ records: [AssignmentRecord], _ adopted: [AdoptedStep], to agent: AgentID, number: Int64
  ) async throws(StoreError) {
    let open = records.map { ($0, AgentOrder($0)) }
    let steps = adopted.map { ($0, AgentOrder($0)) }
    let fresh = registry.take(
      Set(open.map(\.1) + steps.map(\.1)), for: agent, number: number)
    for (step, order) in steps where fresh.contains(order) {
      registry.send(.adopted(execution: step.execution, epoch: step.epoch), to: agent)
    }
    var pushed: [AssignmentEvent] = []
    var failed: [AssignmentID: AssignmentOutcome] = [:]
    for (record, order) in open {
      switch put(record, order, isFresh: fresh.contains(order)) {
      case .success(true): pushed.append(.pushed(record.id, record.execution))
      case .success(false): continue
      case .failure(let unfit): failed[record.id] = unfit.outcome
      }
    }
    relay.deliver(pushed)
    guard !failed.isEmpty else { return }
    let known = try await store.ask.logs.targets(Array(failed.keys))
    try await reconciler.settle(failed, known)
  }

  /// Whether the assignment is in its agent's stream.
  private func put(
    _ record: AssignmentRecord, _ order: AgentOrder, isFresh: Bool
  ) -> Result<Bool, UnfitAssignment> {
    let orders = reconciler.orders
    switch order.kind {
    case .assign where isFresh:
      return Result { () throws(UnfitAssignment) in
        try orders.assign(record, epoch: record.epoch)
      }
    case .assign: return .success(true)
    case .kill:
      if isFresh {
        orders.kill(
          record.id, of: record.execution, epoch: record.epoch, on: record.agent, as: record)
      }
      return .success(false)
    case .adopt: return .success(false)
    }
  }
}

extension AgentOrder {
  init(_ record: AssignmentRecord) {
    self.init(
      assignment: record.id, epoch: record.epoch,
      kind: record.killRequestedAt == nil ? .assign : .kill)
  }

  init(_ step: AdoptedStep) {
    self.init(assignment: step.assignment, epoch: step.epoch, kind: .adopt)
  }
}
