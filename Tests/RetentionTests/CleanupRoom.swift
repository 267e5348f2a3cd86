import Cluster
import Database
import Logging
import Model
import Retention
import Store
import Synchronization
import TestSupport

/// A storage of logs that is a set of numbers, and may be away.
final class PlayedStorage: StoredLogRemoval {
  struct Away: Error {}
  private let state = Mutex<(objects: Set<ExecutionID>, isAway: Bool)>(([], false))

  var objects: Set<ExecutionID> { state.withLock { $0.objects } }
  func keep(_ execution: ExecutionID) { state.withLock { _ = $0.objects.insert(execution) } }
  func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

  func removeStored(of executions: [ExecutionID]) async throws {
    try state.withLock { state in
      if state.isAway { throw Away() }
      state.objects.subtract(executions)
    }
  }
}

/// A store with executions of every kind of row, and members that clean up.
struct CleanupRoom {
  static let day: Int64 = 86_400_000_000
  let store: Store
  let storage = PlayedStorage()

  static func with(
    _ engine: Engine, _ body: (CleanupRoom) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let room = CleanupRoom(store: Store(database))
      try await room.store.migrate()
      try await body(room)
    }
  }

  func project(_ name: String, _ settings: [String: String] = [:]) async throws {
    _ = try await store.ask.projects.insert(name: name, description: "")
    let prefix = "project.execution.history.cleanup."
    try await store.ask.projects.put(
      Dictionary(settings.map { (prefix + $0.key, $0.value) }) { _, last in last }, of: name)
  }

  func join(_ id: String) async throws -> Term {
    let facts = MemberFacts(
      id: MemberID(id), name: id, url: "http://\(id)", version: "1", hostname: id)
    let known = try await store.ask.members.find(MemberID(id))?.incarnation
    guard let record = try await store.ask.members.register(facts, after: known) else {
      throw StoreError.notFound(kind: "member", key: id)
    }
    return record.term
  }

  /// The clean-up of a member at a time of the database; `logs` stands for the played storage otherwise.
  func cleanup(
    _ term: Term, at now: Instant, logs: (any StoredLogRemoval)? = nil
  ) -> HistoryCleanup {
    HistoryCleanup(
      store: store, removal: ExecutionRemoval(store: store, logs: logs ?? storage),
      terms: .fixed(term), time: .fixed(now), timeZone: "UTC",
      clock: MonotonicTime(read: { .zero }, wait: { _ in await Task.yield() }),
      logger: Logger(label: "test"))
  }

  /// Executions with a state, an assignment, a chunk, a fire, a decision and a stored log each; nil: not ended.
  func add(_ numbers: ClosedRange<Int64>, to project: String, endedAt: Instant?) async throws {
    for number in numbers {
      let id = ExecutionID(number)
      try await store.ask.executions.insert(
        ExecutionDraft(
          id: id, project: project, jobID: JobID("j"), jobName: "job", definition: "{}",
          status: endedAt == nil ? .running : .succeeded, user: "ann",
          createdAt: Instant(microseconds: 1), startedAt: Instant(microseconds: 2),
          endedAt: endedAt, dueAt: Instant(microseconds: number)))
      try await store.ask.batch(Self.belongings(of: number, project))
      storage.keep(id)
    }
  }

  private static func belongings(of number: Int64, _ project: String) -> [Statement] {
    [
      "INSERT INTO step_state (execution_id, step, node, state, updated_at) VALUES ($1, '1', 'n', 'x', 1)",
      """
      INSERT INTO assignment (execution_id, step, node, attempt, agent_id, epoch, state, specification,
        created_at) VALUES ($1, '1', 'n', 1, 'a', 1, 'ended', $2, 1)
      """,
      """
      INSERT INTO log_chunk (execution_id, position, length, lines, first_line, recorded_at, data)
      VALUES ($1, 0, 1, 1, 0, 1, $2)
      """,
      """
      INSERT INTO fire (job_id, due_at, project, outcome, execution_id, member, incarnation, settled_at)
      VALUES ('j', $1, '\(project)', 'ran', $1, 'm', 1, 1)
      """,
      """
      INSERT INTO decision (at, kind, member, execution_id, reason) VALUES (1, 'adoption', 'm', $1, 'r')
      """,
    ].map { sql in
      Statement(
        sql, [.integer(number)] + (sql.contains("$2") ? [.blob([1])] : []))
    }
  }

  /// How many rows a table has.
  func count(_ table: String, where condition: String = "1 = 1") async throws -> Int64 {
    try await store.ask.run("SELECT COUNT(*) AS total FROM \(table) WHERE \(condition)").rows[0]
      .int("total")
  }

  /// Rows of any table that name an execution that is not there, by table.
  func orphans() async throws -> [String: Int64] {
    var found: [String: Int64] = [:]
    for table in ["step_state", "assignment", "log_chunk", "log_storage", "decision"] {
      found[table] = try await count(
        table, where: "execution_id IS NOT NULL AND execution_id NOT IN (SELECT id FROM execution)")
    }
    found["fire"] = try await count(
      "fire",
      where: """
        outcome = 'ran' AND execution_id NOT IN (SELECT id FROM execution)
          AND COALESCE(detail, '') <> 'Its execution was deleted from the history.'
        """)
    return found.filter { $0.value > 0 }
  }
}
