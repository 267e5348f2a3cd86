public import Cryptography
public import Logging
public import Model
public import ServiceLifecycle
public import Store

/// Carries this member's executions: takes launches, agents' events and aborts, lets each execution's
/// `WorkflowMachine` decide, commits what all of them decided in one transaction, then acts.
///
/// There is one group commit at a time; whatever arrives meanwhile waits for the next one, so the
/// number of commits follows the database's pace and not the number of jobs. Nothing polls: the loop
/// sleeps until something arrives.
public actor ExecutionConductor: Service, ExecutionControl {
  let store: Store
  let term: Term
  let planner: RunPlanner
  let sealer: EnvelopeSealer
  let commands: any AgentCommands
  let log: any ExecutionLog
  let timing: ConductorTiming
  let logger: Logger
  nonisolated let inbox = ConductorInbox()
  nonisolated let waits = AgentWaits()
  nonisolated let endings = ExecutionEndings()

  /// The executions that this member carries, by number.
  var carried: [ExecutionID: CarriedExecution] = [:]
  var numbers = NumberBlocks()

  /// A conductor for the member's `term`, which must be registered. `server` says how this member's
  /// own agent is found and what the member is called.
  public init(
    store: Store, term: Term, server: ServerNode, sealer: EnvelopeSealer,
    commands: any AgentCommands, log: any ExecutionLog = NoExecutionLog(),
    timing: ConductorTiming = ConductorTiming(), logger: Logger
  ) {
    self.init(
      store: store, term: term, planner: RunPlanner(server: server, language: .rundeck),
      sealer: sealer, commands: commands, log: log, timing: timing, logger: logger)
  }

  init(
    store: Store, term: Term, planner: RunPlanner, sealer: EnvelopeSealer,
    commands: any AgentCommands, log: any ExecutionLog, timing: ConductorTiming, logger: Logger
  ) {
    self.store = store
    self.term = term
    self.planner = planner
    self.sealer = sealer
    self.commands = commands
    self.log = log
    self.timing = timing
    self.logger = logger
  }

  /// Tells what agents reported. Returns at once; the events are decided upon in the order given.
  public nonisolated func deliver(_ events: [AssignmentEvent]) {
    _ = inbox.put(events.map(ConductorInput.event))
  }

  /// How many executions this member carries.
  public var carriedCount: Int { carried.count }

  /// Takes up what this member left unfinished, then serves until a graceful shutdown. Steps that run
  /// go on without it; whoever waits for an answer gets `unavailable`.
  public func run() async throws {
    defer { refuseFromNowOn() }
    try await cancelWhenGracefulShutdown {
      try await withThrowingDiscardingTaskGroup { group in
        group.addTask { await self.waits.run(self.timing, self.inbox) }
        try await self.recover()
        group.addTask { await self.watchAgents() }
        for await _ in self.inbox.arrivals { await self.commit(self.inbox.takeAll()) }
        group.cancelAll()
      }
    }
  }

  private func refuseFromNowOn() {
    noteStop()
    for input in inbox.close() {
      switch input {
      case .launch(_, let answer): answer.give(.failure(.unavailable(Self.stopping)))
      case .abort(_, _, let answer), .endIncomplete(_, _, let answer):
        answer.give(.failure(.unavailable(Self.stopping)))
      case .event, .absences, .unreached, .waitOver: break
      }
    }
  }

  static let stopping = "this member is stopping"
}
