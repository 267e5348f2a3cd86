import Database

/// How many executions a query selects and how long those of them took that have started and ended, in microseconds.
public struct ExecutionMetrics: Sendable, Hashable {
  public var total: Int64
  /// These are nil when none of them has started and ended.
  public var average: Int64?
  public var shortest: Int64?
  public var longest: Int64?

  public init(total: Int64) { self.total = total }
}

extension ExecutionHistoryStore {
  /// How many executions the query selects, and how long they took. Its limit and offset do not count. Two statements,
  /// and the time before them when the query counts back from it.
  public func metrics(
    _ query: ExecutionHistoryQuery
  ) async throws(StoreError) -> ExecutionMetrics {
    let query = try await resolved(query)
    let extent = try await extent(query, isTimed: true)
    var metrics = ExecutionMetrics(total: extent.total)
    guard extent.timed > 0 else { return metrics }
    metrics.average = extent.duration / extent.timed
    let bounds = ExecutionHistoryBounds(query: query, extent: extent, dialect: scope.dialect)
    let rows = try await scope.run(bounds.statement.sql, bounds.statement.arguments).rows
    metrics.shortest = try rows.first?.optionalInt("shortest")
    metrics.longest = try rows.first?.optionalInt("longest")
    return metrics
  }
}

/// The question for the shortest and the longest of executions whose number and extent are known.
private struct ExecutionHistoryBounds {
  let query: ExecutionHistoryQuery
  let extent: ExecutionHistoryExtent
  let dialect: Dialect

  /// What is looked up one by one.
  private static let lookedUp: Int64 = 20_000

  /// Few executions are looked up, many are met soon from either end of an index.
  var statement: Statement {
    var arguments = SQLArguments()
    let sql =
      extent.total <= Self.lookedUp ? few(&arguments) : many(&arguments)
    return Statement(HistorySQL.planned + sql, arguments.values)
  }

  private func conditions(_ arguments: inout SQLArguments) -> String {
    let state = query.unfinishedOnly ? HistorySQL.unfinished : HistorySQL.ended
    let times = query.times(areSearched: true).map { " AND \($0)" }.joined()
    return query.executionConditions(state, dialect, &arguments)
      + "\(times) AND id >= \(extent.lowest) AND id <= \(extent.highest)"
  }

  private func few(_ arguments: inout SQLArguments) -> String {
    """
    SELECT MIN(\(HistorySQL.duration)) AS shortest, MAX(\(HistorySQL.duration)) AS longest
    FROM execution WHERE \(conditions(&arguments))
    """
  }

  /// Project by project, because that is the index's order.
  private func many(_ arguments: inout SQLArguments) -> String {
    func end(_ direction: String, _ arguments: inout SQLArguments) -> String {
      """
      (SELECT \(HistorySQL.duration) FROM execution WHERE execution.project = p.name
        AND (\(HistorySQL.duration)) IS NOT NULL AND \(conditions(&arguments))
        ORDER BY (\(HistorySQL.duration)) \(direction) LIMIT 1)
      """
    }
    let selected =
      query.projects.map { "WHERE p.name IN \(arguments.list($0.map { .text($0) }))" } ?? ""
    return """
      SELECT MIN(\(end("ASC", &arguments))) AS shortest, MAX(\(end("DESC", &arguments))) AS longest
      FROM project AS p \(selected)
      """
  }
}
