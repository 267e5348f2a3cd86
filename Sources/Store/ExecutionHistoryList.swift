import Database
import Model

/// The question for one page of executions, newest first, whose number and extent are known.
struct ExecutionHistoryList {
  let query: ExecutionHistoryQuery
  let extent: ExecutionHistoryExtent
  let dialect: Dialect

  /// Whether all that fit are looked up by an index and put in order: else they are so dense that going through the
  /// numbers downwards meets a page of them soon. A row that is looked up costs about four that are passed.
  private var isGathered: Bool {
    guard let limit = query.limit else { return true }
    let passed =
      (Double(limit) + Double(query.offset)) * Double(extent.highest - extent.lowest + 1)
    return 4 * Double(extent.total) * Double(extent.total) <= passed
  }

  /// The page's numbers are found first, so that only its own rows are read whole.
  var statement: Statement {
    var arguments = SQLArguments()
    var sql = "\(HistorySQL.planned)"
    if isGathered {
      let parts = states.map { "SELECT id FROM execution WHERE \(conditions($0, &arguments))" }
      sql += "WITH fitting AS MATERIALIZED (\(parts.joined(separator: " UNION ALL ")))\n"
      sql += page("SELECT id FROM fitting")
    } else {
      let state = states.count == 1 ? states[0] : "1 = 1"
      sql += page("SELECT id FROM execution WHERE \(conditions(state, &arguments))")
    }
    return Statement(sql, arguments.values)
  }

  private var states: [String] {
    if query.unfinishedOnly { return [HistorySQL.unfinished] }
    if query.hasTimes { return [HistorySQL.ended] }
    if let status = query.status.flatMap(ExecutionStatus.init(rawValue:)) {
      return [status.isFinal ? HistorySQL.ended : HistorySQL.unfinished]
    }
    return query.abortedBy == nil
      ? [HistorySQL.ended, HistorySQL.unfinished] : [HistorySQL.ended]
  }

  private func conditions(_ state: String, _ arguments: inout SQLArguments) -> String {
    let times = query.times(areSearched: isGathered).map { " AND \($0)" }.joined()
    return query.executionConditions(state, dialect, looksUpNames: isGathered, &arguments)
      + "\(times) AND id >= \(extent.lowest) AND id <= \(extent.highest)"
  }

  private func page(_ selection: String) -> String {
    let limit = query.limit ?? Int64.max
    return """
      SELECT \(ExecutionRecord.columns) FROM execution WHERE id IN (
        SELECT id FROM (\(selection) ORDER BY id DESC LIMIT \(limit) OFFSET \(query.offset)) AS page)
      ORDER BY id DESC
      """
  }
}
