import Database
public import Model

extension StoreScope {
  /// Lists of executions.
  public var executionHistory: ExecutionHistoryStore { ExecutionHistoryStore(scope: self) }
}

/// One page of a list of executions.
public struct ExecutionHistoryPage: Sendable, Hashable {
  /// Newest first.
  public var executions: [ExecutionRecord]
  /// How many the query selects in all.
  public var total: Int64
}

/// Which nodes of an execution went well, by the states of their steps.
public struct NodeOutcomes: Sendable, Hashable {
  public var succeeded: [String] = []
  public var failed: [String] = []

  public init() {}
}

/// What answers say of an execution beside what its row has.
public struct ExecutionDetails: Sendable, Hashable {
  /// By execution; none for one without steps.
  public var outcomes: [ExecutionID: NodeOutcomes] = [:]
  /// By job, how long its last successful executions took on average, in microseconds.
  public var averageDurations: [JobID: Int64] = [:]

  public init() {}
}

/// Lists of executions.
public struct ExecutionHistoryStore: Sendable {
  let scope: StoreScope

  /// The executions that the query selects, newest first, and how many there are in all: two
  /// statements in one round trip, however many rows.
  public func page(_ query: ExecutionHistoryQuery) async throws(StoreError) -> ExecutionHistoryPage
  {
    var arguments = SQLArguments()
    var conditions = query.conditions(&arguments, now: scope.dialect.now)
    if let part = query.descriptionContains {
      let field = scope.dialect.field("description", of: "definition")
      conditions += " AND " + arguments.condition(field, contains: part)
    }
    let count = Statement(
      "SELECT COUNT(*) AS total FROM execution WHERE \(conditions)", arguments.values)
    var sql =
      "SELECT \(ExecutionRecord.columns) FROM execution WHERE \(conditions) ORDER BY id DESC"
    sql += " LIMIT \(arguments.add(.integer(query.limit ?? Int64.max)))"
    sql += " OFFSET \(arguments.add(.integer(query.offset)))"
    let results = try await scope.batch([Statement(sql, arguments.values), count])
    var executions: [ExecutionRecord] = []
    for row in results[0].rows { executions.append(try ExecutionRecord(row: row)) }
    return ExecutionHistoryPage(
      executions: executions, total: try results[1].rows.first?.int("total") ?? 0)
  }

  /// The details of the executions: two statements in one round trip for every 5,000 of them.
  public func details(
    of executions: [ExecutionRecord]
  ) async throws(StoreError) -> ExecutionDetails {
    var details = ExecutionDetails()
    var rest = executions[...]
    while !rest.isEmpty {
      let part = rest.prefix(5_000)
      rest = rest.dropFirst(5_000)
      let results = try await scope.batch([
        Self.outcomes(of: part.map(\.id)), Self.averages(of: Set(part.compactMap(\.jobID))),
      ])
      try details.add(outcomes: results[0].rows)
      try details.add(averages: results[1].rows)
    }
    return details
  }

  private static func outcomes(of ids: [ExecutionID]) -> Statement {
    var arguments = SQLArguments()
    let list = arguments.list(ids.map { .integer($0.number) })
    return Statement(
      """
      SELECT execution_id, node, MAX(CASE WHEN state = 'SUCCEEDED' THEN 0 ELSE 1 END) AS failed
      FROM step_state WHERE execution_id IN \(list)
      GROUP BY execution_id, node ORDER BY execution_id, node
      """, arguments.values)
  }

  /// Of each job the last 25 successful executions count, so that the costs do not grow with its history.
  private static func averages(of jobs: Set<JobID>) -> Statement {
    var arguments = SQLArguments()
    let list = arguments.list(jobs.map { .text($0.text) })
    return Statement(
      """
      SELECT job.id AS id, (SELECT CAST(AVG(duration) AS BIGINT) FROM (
        SELECT ended_at - started_at AS duration FROM execution
        WHERE execution.job_id = job.id AND status = 'succeeded' AND started_at IS NOT NULL
        ORDER BY execution.id DESC LIMIT 25) AS latest) AS average
      FROM job WHERE job.id IN \(list)
      """, arguments.values)
  }

  /// Removes those of the executions that have ended; the answer has the removed ones.
  public func deleteEnded(_ ids: [ExecutionID]) async throws(StoreError) -> Set<ExecutionID> {
    var arguments = SQLArguments()
    let list = arguments.list(ids.map { .integer($0.number) })
    let sql = """
      DELETE FROM execution WHERE id IN \(list)
        AND status NOT IN ('queued', 'scheduled', 'running') RETURNING id
      """
    return Set(
      try await scope.all(sql, arguments.values) { row throws(StoreError) in
        ExecutionID(try row.int("id"))
      })
  }

  /// The numbers of all executions of a job, oldest first.
  public func numbers(ofJob id: JobID) async throws(StoreError) -> [ExecutionID] {
    try await scope.all(
      "SELECT id FROM execution WHERE job_id = $1 ORDER BY id", [.text(id.text)]
    ) { row throws(StoreError) in ExecutionID(try row.int("id")) }
  }

  /// Removes the executions of a job that have ended; the answer has the removed ones.
  public func deleteEnded(ofJob id: JobID) async throws(StoreError) -> Set<ExecutionID> {
    let sql = """
      DELETE FROM execution WHERE job_id = $1
        AND status NOT IN ('queued', 'scheduled', 'running') RETURNING id
      """
    return Set(
      try await scope.all(sql, [.text(id.text)]) { row throws(StoreError) in
        ExecutionID(try row.int("id"))
      })
  }

  /// Which of the executions there are, ended or not.
  public func existing(_ ids: [ExecutionID]) async throws(StoreError) -> Set<ExecutionID> {
    var arguments = SQLArguments()
    let list = arguments.list(ids.map { .integer($0.number) })
    return Set(
      try await scope.all(
        "SELECT id FROM execution WHERE id IN \(list)", arguments.values
      ) { row throws(StoreError) in ExecutionID(try row.int("id")) })
  }

  /// How many executions have not ended, in all projects.
  public func unfinishedCount() async throws(StoreError) -> Int64 {
    let sql = """
      SELECT COUNT(*) AS total FROM execution WHERE status IN ('queued', 'scheduled', 'running')
      """
    return try await scope.run(sql).rows.first?.int("total") ?? 0
  }
}

extension ExecutionDetails {
  fileprivate mutating func add(outcomes rows: [Row]) throws(StoreError) {
    for row in rows {
      let id = ExecutionID(try row.int("execution_id"))
      let node = try row.text("node")
      if try row.bool("failed") {
        outcomes[id, default: NodeOutcomes()].failed.append(node)
      } else {
        outcomes[id, default: NodeOutcomes()].succeeded.append(node)
      }
    }
  }

  fileprivate mutating func add(averages rows: [Row]) throws(StoreError) {
    for row in rows {
      averageDurations[JobID(try row.text("id"))] = try row.optionalInt("average")
    }
  }
}
