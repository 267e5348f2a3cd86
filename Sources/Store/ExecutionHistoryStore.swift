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

  /// For each of the executions, which of its nodes went well and which did not.
  public func nodeOutcomes(
    of ids: [ExecutionID]
  ) async throws(StoreError) -> [ExecutionID: NodeOutcomes] {
    guard !ids.isEmpty else { return [:] }
    var arguments = SQLArguments()
    let list = arguments.list(ids.map { .integer($0.number) })
    let sql = """
      SELECT execution_id, node, MAX(CASE WHEN state = 'SUCCEEDED' THEN 0 ELSE 1 END) AS failed
      FROM step_state WHERE execution_id IN \(list)
      GROUP BY execution_id, node ORDER BY execution_id, node
      """
    var outcomes: [ExecutionID: NodeOutcomes] = [:]
    for row in try await scope.run(sql, arguments.values).rows {
      let id = ExecutionID(try row.int("execution_id"))
      let node = try row.text("node")
      if try row.bool("failed") {
        outcomes[id, default: NodeOutcomes()].failed.append(node)
      } else {
        outcomes[id, default: NodeOutcomes()].succeeded.append(node)
      }
    }
    return outcomes
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
