import Cluster
import Cryptography
import Database
import FoundationEssentials
import Logging
import Model
import Store
import TestSupport
import Wire

@testable import Execution

/// A conductor over a real store, with agents that a test plays.
struct ConductorRoom {
  let store: Store
  let agents = PlayedAgents()
  let clock = ManualClock()
  let sealer = EnvelopeSealer(key: .random())
  var server = ServerNode(
    name: "host", sidecar: .hostname("host"), url: "http://localhost:4440", uuid: "member")

  /// The conductor's; its clock is `clock` unless a test says otherwise. Pauses before another try pass by
  /// themselves.
  private let timing: ConductorTiming

  init(
    _ database: any Database, clock other: (any Clock<Duration>)? = nil,
    timing change: (inout ConductorTiming) -> Void = { _ in }
  ) async throws {
    store = Store(database)
    // What is handed over is looked for when the test says so.
    var timing = ConductorTiming(handedCheck: nil, clock: other ?? clock)
    if other != nil {
      // By a clock that goes on by itself played agents, for whom nobody reports, would be lost sooner or later, and
      // callers on a busy machine would not be answered in time.
      timing.agentCheck = .seconds(1 << 30)
      timing.answerWithin = .seconds(3_600)
    }
    change(&timing)
    self.timing = timing
    try await store.migrate()
    try await insert("INSERT INTO project (name, description, created_at) VALUES ('p', '', 1)")
  }

  func insert(_ sql: String, _ arguments: [DatabaseValue] = []) async throws {
    try await store.database.run(Statement(sql, arguments))
  }

  /// An enrolled agent of that name, which is also its node's.
  func enrol(_ name: String, hostname: String? = nil) async throws {
    let node = String(decoding: try JSONEncoder().encode(Node(name: name)), as: UTF8.self)
    try await insert(
      """
      INSERT INTO agent (id, name, credential_digest, node, hostname, version, boot_id, enrolled_at, seen_at)
      VALUES ($1, $2, 'x', $3, $4, '1', 'b', 1, 1)
      """,
      [.text("id-\(name)"), .text(name), .text(node), .text(hostname ?? name)])
  }

  /// A stored job.
  func add(_ job: Job, id: String = "j") async throws -> JobID {
    try await insert(
      """
      INSERT INTO job (id, project, group_path, name, definition, scheduled, schedule_enabled,
        execution_enabled, created_by, created_at, updated_at)
      VALUES ($1, 'p', '', $2, $3, 0, 1, $4, 'admin', 1, 1)
      """,
      [
        .text(id), .text(job.name), .text(try ExecutionDraft.text(of: job)),
        .integer(job.executionEnabled ? 1 : 0),
      ])
    return JobID(id)
  }

  /// A conductor of this member's incarnation of that number.
  func conductor(
    _ incarnation: Int64 = 1, of member: String = "member", sealer other: EnvelopeSealer? = nil,
    log: any ExecutionLog = NoExecutionLog(), cluster: ConductorCluster = ConductorCluster(),
    terms: CurrentTerm? = nil, commands: (any AgentCommands)? = nil,
    output: StepOutput = .none,
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  ) -> ExecutionConductor {
    let term = Term(member: MemberID(member), incarnation: incarnation)
    return ExecutionConductor(
      store: store, terms: terms ?? .fixed(term),
      time: .following(timing.clock, from: Self.start), server: server, sealer: other ?? sealer,
      commands: commands ?? agents, log: log, output: output, cluster: cluster, timing: timing,
      logger: logger)
  }

  /// What the conductors take for the database's time when they begin.
  static let start = Instant(microseconds: 1_000_000_000)

  /// Makes that incarnation the present one of its member.
  func register(_ incarnation: Int64 = 1, of member: String = "member") async throws {
    try await insert(
      """
      INSERT INTO member (uuid, name, url, version, hostname, incarnation, started_at, heartbeat_at)
      VALUES ($1, $1, '', '1', 'host', $2, 1, 1)
      ON CONFLICT (uuid) DO UPDATE SET incarnation = excluded.incarnation
      """, [.text(member), .integer(incarnation)])
  }

  /// Runs a conductor while `body` runs, in a term that is registered for it.
  func conducting<Answer: Sendable>(
    _ incarnation: Int64 = 1, of member: String = "member", sealer other: EnvelopeSealer? = nil,
    log: any ExecutionLog = NoExecutionLog(), cluster: ConductorCluster = ConductorCluster(),
    terms: CurrentTerm? = nil, output: StepOutput = .none,
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    _ body: @Sendable (ExecutionConductor) async throws -> Answer
  ) async throws -> Answer {
    try await register(incarnation, of: member)
    let conductor = conductor(
      incarnation, of: member, sealer: other, log: log, cluster: cluster, terms: terms,
      output: output,
      logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await conductor.run() }
      let answer = try await body(conductor)
      group.cancelAll()
      return answer
    }
  }
}

extension ConductorRoom {
  /// What the gateway does with a report: stores it, then tells the conductor.
  func report(
    _ assignment: Wire.Assignment, _ outcome: AssignmentOutcome, to conductor: ExecutionConductor?
  ) async throws {
    let record = try await store.ask.assignments.find(assignment.id)
    let isTaken = try await store.ask.assignments.advance(
      AssignmentProgress(
        id: assignment.id, agent: record!.agent, from: record!.spoolOffset, to: 100,
        startedAt: Instant(microseconds: 10), ended: .init(outcome, at: Instant(microseconds: 20))))
    guard isTaken else { return }
    conductor?.deliver([
      .started(assignment.id, assignment.execution, at: Instant(microseconds: 10)),
      .ended(assignment.id, assignment.execution, outcome, at: Instant(microseconds: 20)),
    ])
  }

  /// What the gateway notes of an agent that is connected now.
  func see(_ name: String) async throws {
    try await store.ask.agents.touch([AgentID("id-\(name)")])
  }

  /// Lets the conductor look after its agents once; its inputs are in the inbox afterwards.
  func look() async {
    await clock.sleepers()
    clock.advance(by: timing.agentCheck)
    await clock.sleepers()
  }

  /// Waits until the one stored step state of an execution fulfils the condition; no signal tells.
  func waitForState(
    of id: ExecutionID, _ condition: (StepStateRecord) -> Bool
  ) async throws -> StepStateRecord {
    try await eventually("the state of a step of \(id) is as asked") {
      try await store.ask.stepStates.rows(of: id).first.flatMap { condition($0) ? $0 : nil }
    }
  }

  /// The stored states of an execution, by `step@node`.
  func states(_ id: ExecutionID) async throws -> [String: StepState] {
    let record = try await store.ask.executions.find(id)!
    let table = try await store.ask.stepStates.table(of: record)
    return Dictionary(uniqueKeysWithValues: table.map { ($0.key.description, $0.state) })
  }
}

/// A job of plain commands.
func job(
  _ commands: String..., filter: NodeDispatch? = nil, multiple: Bool = false
) -> Job {
  Job(
    name: "backup", workflow: Workflow(steps: commands.map { WorkflowStep(.exec($0)) }),
    nodeFilter: filter, multipleExecutions: multiple)
}
