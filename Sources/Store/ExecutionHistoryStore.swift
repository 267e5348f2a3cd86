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
  /// Where the next tries of executions stand.
  public var statuses: [ExecutionID: ExecutionStatus] = [:]
  /// By job of which executions wait for their turn, what goes on; at most 20 of each.
  public var goingOn: [JobID: [ExecutionID]] = [:]

  public init() {}
}

/// Lists of executions.
public struct ExecutionHistoryStore: Sendable {
  let scope: StoreScope

  /// The executions that the query selects, newest first, and how many there are in all: two statements one after the
  /// other, the second one only where there is something to show, and the time before them when the query counts
  /// back from it.
  public func page(_ query: ExecutionHistoryQuery) async throws(StoreError) -> ExecutionHistoryPage
  {
    let query = try await resolved(query)
    let extent = try await extent(query)
    guard extent.total > query.offset, query.limit != 0 else {
      return ExecutionHistoryPage(executions: [], total: extent.total)
    }
    let list = ExecutionHistoryList(query: query, extent: extent, dialect: scope.dialect).statement
    let executions = try await scope.all(
      list.sql, list.arguments, as: ExecutionRecord.init(row:))
    return ExecutionHistoryPage(executions: executions, total: extent.total)
  }

  /// How many executions the query selects; its limit and offset do not count.
  public func count(_ query: ExecutionHistoryQuery) async throws(StoreError) -> Int64 {
    try await extent(try await resolved(query)).total
  }

  func resolved(
    _ query: ExecutionHistoryQuery
  ) async throws(StoreError) -> ExecutionHistoryQuery {
    guard query.endedWithin != nil || query.endedBefore != nil else { return query }
    let now = try await scope.first("SELECT \(scope.dialect.now) AS now") {
      row throws(StoreError) in try row.instant("now")
    }
    return query.resolved(at: now ?? Instant(microseconds: 0))
  }

  func extent(
    _ query: ExecutionHistoryQuery, isTimed: Bool = false
  ) async throws(StoreError) -> ExecutionHistoryExtent {
    let count = ExecutionHistoryCount(
      query: query, dialect: scope.dialect, isTimed: isTimed
    ).statement
    return try await scope.first(
      count.sql, count.arguments, as: ExecutionHistoryExtent.init(row:)) ?? ExecutionHistoryExtent()
  }

  /// The details of the executions: two statements in one round trip for every 5,000 of them, and another where some of
  /// them were tried again or wait for their turn.
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
      try await addLife(of: part, to: &details)
    }
    return details
  }

  /// Whether an execution has ended and left steps on nodes that did not go well: whether `details` names failed nodes.
  public func hasFailedNodes(_ execution: ExecutionRecord) async throws(StoreError) -> Bool {
    guard execution.status.isFinal else { return false }
    let sql = """
      SELECT 1 AS one FROM step_state WHERE execution_id = $1 AND node <> '' AND state <> 'SUCCEEDED' LIMIT 1
      """
    return try await !scope.run(sql, [.integer(execution.id.number)]).rows.isEmpty
  }

  private static func outcomes(of ids: [ExecutionID]) -> Statement {
    var arguments = SQLArguments()
    let list = arguments.list(ids.map { .integer($0.number) })
    return Statement(
      """
      SELECT execution_id, node, MAX(CASE WHEN state = 'SUCCEEDED' THEN 0 ELSE 1 END) AS failed
      FROM step_state WHERE execution_id IN \(list) AND node <> ''
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

  /// The numbers of all executions of a job, oldest first.
  public func numbers(ofJob id: JobID) async throws(StoreError) -> [ExecutionID] {
    try await scope.all(
      "SELECT id FROM execution WHERE job_id = $1 AND removal_at IS NULL ORDER BY id",
      [.text(id.text)]
    ) { row throws(StoreError) in ExecutionID(try row.int("id")) }
  }

  /// Which of the executions there are, ended or not.
  public func existing(_ ids: [ExecutionID]) async throws(StoreError) -> Set<ExecutionID> {
    var arguments = SQLArguments()
    let list = arguments.list(ids.map { .integer($0.number) })
    return Set(
      try await scope.all(
        "SELECT id FROM execution WHERE id IN \(list) AND removal_at IS NULL", arguments.values
      ) { row throws(StoreError) in ExecutionID(try row.int("id")) })
  }

  /// How many executions of each project ended in which way since an instant's day (UTC), or ever.
  public func counts(since instant: Instant?) async throws(StoreError) -> [String: [String: Int64]]
  {
    let first = instant.map { $0.microseconds / HistorySQL.day } ?? -1
    let summary = (instant == nil ? HistorySQL.byProject : HistorySQL.byDay).table
    let rows = try await scope.all(
      """
      SELECT project, status, CAST(SUM(total) AS BIGINT) AS total FROM (
        SELECT project, status, total FROM \(summary) WHERE \(instant == nil ? "$1 < 0" : "day >= $1")
        UNION ALL SELECT project, status, total FROM execution_change WHERE day >= $1
      ) AS ended GROUP BY project, status
      """, [.integer(first)]
    ) { row throws(StoreError) in
      (try row.text("project"), try row.text("status"), try row.int("total"))
    }
    var counts: [String: [String: Int64]] = [:]
    for (project, status, total) in rows where total > 0 {
      counts[project, default: [:]][status] = total
    }
    return counts
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
