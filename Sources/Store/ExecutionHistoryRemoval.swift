import Database
public import Model

/// Removes what is stored of executions outside of the database.
public protocol StoredLogRemoval: Sendable {
  /// Removes the stored logs of these executions, and the rows that say where they are; those that have none are passed
  /// over, so it may be repeated. Throws when the storage cannot be reached; some may be removed then.
  func removeStored(of executions: [ExecutionID]) async throws
}

/// Nothing is stored outside of the database.
public struct NothingStored: StoredLogRemoval {
  public init() {}
  public func removeStored(of executions: [ExecutionID]) async throws {}
}

/// How executions leave the record: marked, then what is stored of them elsewhere, then their rows. A marked one is gone
/// for everybody at once, and whatever stops the way in between, `sweep` goes on with it: nothing is orphaned.
///
/// Those that have not ended are never removed.
public struct ExecutionRemoval: Sendable {
  let store: Store
  let logs: any StoredLogRemoval
  /// How many executions a transaction removes.
  let portion: Int

  public init(
    store: Store, logs: any StoredLogRemoval = NothingStored(), portion: Int = 100
  ) {
    self.store = store
    self.logs = logs
    self.portion = portion
  }

  /// Removes those of the executions that have ended; the answer has them. Where the storage of logs cannot be reached,
  /// what was marked counts as removed; the sweep does the rest.
  public func remove(_ executions: [ExecutionID]) async throws -> Set<ExecutionID> {
    var removed: Set<ExecutionID> = []
    for part in executions.parts(of: portion) {
      let marked = try await store.transaction { try await $0.markForRemoval(Array(part)) }
      removed.formUnion(marked)
      try await finishOrLeave(marked)
    }
    return removed
  }

  /// What a storage that is away keeps is the sweep's.
  private func finishOrLeave(_ marked: [ExecutionID]) async throws {
    do {
      try await finish(marked)
    } catch let error as StoreError {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch {}
  }

  /// The same for all of a job; the answer has the removed ones and those that have not ended.
  public func remove(
    ofJob job: JobID
  ) async throws -> (removed: Set<ExecutionID>, unfinished: [ExecutionID]) {
    let all = try await store.ask.executionHistory.numbers(ofJob: job)
    let removed = try await remove(all)
    let rest = try await store.ask.executionHistory.existing(all.filter { !removed.contains($0) })
    return (removed, rest.sorted())
  }

  /// Removes the ended executions of a project in small transactions, and then what is stored of the others: whoever
  /// deletes the project itself deletes their rows. `keepClosed` begins each of the transactions. Throws where the
  /// storage of logs cannot be reached.
  public func removeAll(
    ofProject project: String,
    keepClosed: @escaping @Sendable (StoreScope) async throws -> Void = { _ in }
  ) async throws {
    while true {
      let marked = try await store.transaction { [portion] scope in
        try await keepClosed(scope)
        return try await scope.markForRemoval(
          try await scope.removable(of: project, before: nil, limit: portion))
      }
      guard !marked.isEmpty else { break }
      try await finish(marked)
    }
    _ = try await sweep(project: project)
    let rest = try await store.ask.unfinished(of: project)
    if !rest.isEmpty { try await logs.removeStored(of: rest) }
  }

  /// Removes what is stored of marked executions, and then their rows.
  public func finish(_ marked: [ExecutionID]) async throws {
    guard !marked.isEmpty else { return }
    try await logs.removeStored(of: marked)
    try await store.transaction { try await $0.deleteMarked(marked) }
  }

  /// Goes on with executions that somebody marked, and did not finish, longer than `age` ago; of one project, or of all.
  /// Answers how many.
  public func sweep(olderThan age: Duration = .zero, project: String? = nil) async throws -> Int {
    var count = 0
    var last = ExecutionID(0)
    while true {
      let marked = try await store.ask.marked(
        olderThan: age, project: project, after: last, limit: portion)
      guard let highest = marked.last else { return count }
      try await finish(marked)
      count += marked.count
      last = highest
    }
  }
}

extension StoreScope {
  /// Marks those of the executions that have ended and are not marked; the answer has them in the order of their numbers.
  public func markForRemoval(_ executions: [ExecutionID]) async throws(StoreError) -> [ExecutionID]
  {
    guard !executions.isEmpty else { return [] }
    var arguments = SQLArguments()
    let list = arguments.list(executions.map { .integer($0.number) })
    let condition = "id IN \(list) AND \(HistorySQL.counted())"
    let results = try await batch([
      Statement(
        "SELECT 1 FROM execution WHERE \(condition) ORDER BY id \(dialect.forUpdate)",
        arguments.values),
      Statement(
        "UPDATE execution SET removal_at = \(dialect.now) WHERE \(condition) RETURNING id",
        arguments.values),
    ])
    var marked: [ExecutionID] = []
    for row in results[1].rows { marked.append(ExecutionID(try row.int("id"))) }
    return marked.sorted()
  }

  /// The ended executions of a project that ended before an instant, the oldest first.
  public func removable(
    of project: String, before instant: Instant?, limit: Int
  ) async throws(StoreError) -> [ExecutionID] {
    let limited = instant.map { " AND ended_at < \($0.microseconds)" } ?? ""
    return try await numbers(
      """
      \(HistorySQL.planned)SELECT id FROM execution
      WHERE project = $1 AND \(HistorySQL.counted())\(limited) ORDER BY ended_at, id LIMIT $2
      """, [.text(project), .integer(Int64(limit))])
  }

  func unfinished(of project: String) async throws(StoreError) -> [ExecutionID] {
    try await numbers(
      "SELECT id FROM execution WHERE project = $1 AND \(HistorySQL.unfinished)", [.text(project)])
  }

  func marked(
    olderThan age: Duration, project: String?, after last: ExecutionID, limit: Int
  ) async throws(StoreError) -> [ExecutionID] {
    let own = project == nil ? "" : " AND project = $4"
    return try await numbers(
      """
      SELECT id FROM execution WHERE removal_at IS NOT NULL AND removal_at <= \(dialect.now) - $1
        AND id > $2\(own) ORDER BY id LIMIT $3
      """,
      [.integer(age.microseconds), .integer(last.number), .integer(Int64(limit))]
        + (project.map { [.text($0)] } ?? []))
  }

  /// Deletes marked executions with their steps, assignments and chunks. The ledger keeps that the instant's run took
  /// place, and says that it was deleted; decisions keep their sentence and lose the reference.
  func deleteMarked(_ executions: [ExecutionID]) async throws(StoreError) {
    var arguments = SQLArguments()
    let list = arguments.list(executions.map { .integer($0.number) })
    let values = arguments.values
    try await batch([
      Statement(
        """
        UPDATE fire SET detail = 'Its execution was deleted from the history.'
        FROM execution AS e WHERE e.id IN \(list) AND fire.job_id = e.job_id
          AND fire.due_at = e.due_at AND fire.execution_id = e.id
        """, values),
      Statement(
        "UPDATE decision SET execution_id = NULL WHERE execution_id IN \(list)", values),
      Statement(
        "DELETE FROM execution WHERE id IN \(list) AND removal_at IS NOT NULL", values),
    ])
  }

  private func numbers(
    _ sql: String, _ arguments: [DatabaseValue]
  ) async throws(StoreError) -> [ExecutionID] {
    try await all(sql, arguments) { row throws(StoreError) in ExecutionID(try row.int("id")) }
  }
}

extension Duration {
  /// Whole microseconds.
  var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
