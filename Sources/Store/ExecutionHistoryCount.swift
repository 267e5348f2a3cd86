import Database
import Model

/// How many executions fit, and between which numbers they lie.
struct ExecutionHistoryExtent: Sendable, Hashable {
  var total: Int64 = 0
  var lowest: Int64 = 0
  var highest: Int64 = 0
  /// Of those that have started and ended: how many, and how long they took in all, in microseconds.
  var timed: Int64 = 0
  var duration: Int64 = 0
}

/// The question how many executions fit. It reads the summaries where they know the answer and executions where they do
/// not: those that have not ended, those of a period's first and last day, and those of certain jobs in a period.
struct ExecutionHistoryCount {
  /// Without periods that are counted back.
  let query: ExecutionHistoryQuery
  let dialect: Dialect
  /// Whether it is also asked how long they took.
  var isTimed = false

  /// One statement, so that it sees one state of the record.
  var statement: Statement {
    var arguments = SQLArguments()
    let parts = parts(&arguments).map {
      "SELECT total, lowest, highest, timed, duration FROM (\($0)) AS part"
    }
    let sql = """
      \(HistorySQL.planned)SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT) AS total,
        MIN(lowest) AS lowest, MAX(highest) AS highest,
        CAST(COALESCE(SUM(timed), 0) AS BIGINT) AS timed,
        CAST(COALESCE(SUM(duration), 0) AS BIGINT) AS duration
      FROM (\(parts.joined(separator: "\nUNION ALL\n"))) AS counted
      """
    return Statement(sql, arguments.values)
  }

  private func parts(_ arguments: inout SQLArguments) -> [String] {
    if query.unfinishedOnly {
      return query.hasTimes ? [executions("1 = 0", &arguments)] : [unfinished(&arguments)]
    }
    guard let summary else {
      let ended = executions(
        ([HistorySQL.ended] + query.times(areSearched: true)).joined(separator: " AND "), &arguments
      )
      return query.hasTimes ? [ended] : [ended, unfinished(&arguments)]
    }
    return query.hasTimes
      ? days(&arguments) : summarized(summary, "", &arguments) + [unfinished(&arguments)]
  }

  /// The summary that knows the answer, or nil where there is none.
  private var summary: HistorySQL.Summary? {
    if query.descriptionContains != nil || query.includesReferences { return nil }
    if query.hasTimes {
      return query.hasJobs || query.abortedBy != nil ? nil : HistorySQL.byDay
    }
    guard query.hasJobs else { return HistorySQL.byProject }
    let isKnown = query.status.map { ExecutionStatus(rawValue: $0) != nil } ?? true
    let isPlain = query.user == nil && query.origin == nil && query.abortedBy == nil
    return isKnown && isPlain && !(isTimed && query.status != nil) ? HistorySQL.byJob : nil
  }

  private func unfinished(_ arguments: inout SQLArguments) -> String {
    executions(HistorySQL.unfinished, &arguments)
  }

  private func executions(_ state: String, _ arguments: inout SQLArguments) -> String {
    """
    SELECT COUNT(*) AS total, MIN(id) AS lowest, MAX(id) AS highest,
      COUNT(CASE WHEN ended_at IS NOT NULL THEN started_at END) AS timed,
      SUM(ended_at - started_at) AS duration FROM execution
    WHERE \(query.executionConditions(state, dialect, &arguments))
    """
  }

  /// A summary and what is not folded into it yet.
  private func summarized(
    _ summary: HistorySQL.Summary, _ days: String, _ arguments: inout SQLArguments
  ) -> [String] {
    let isByJob = summary.table == HistorySQL.byJob.table
    let known =
      isByJob
      ? query.jobConditions(on: .changes, &arguments)
      : query.conditions(on: .summaries, &arguments)
    let new = query.conditions(on: .changes, &arguments)
    func rest(_ conditions: [String]) -> String {
      (["1 = 1"] + conditions).joined(separator: " AND ") + days
    }
    return [
      """
      SELECT SUM(\(isByJob ? totalOfJob : "total")) AS total, MIN(lowest) AS lowest,
        MAX(highest) AS highest, SUM(timed) AS timed, SUM(duration) AS duration
      FROM \(summary.table) WHERE \(rest(known))
      """,
      """
      SELECT SUM(total) AS total, MIN(execution_id) AS lowest, MAX(execution_id) AS highest,
        SUM(timed) AS timed, SUM(duration) AS duration FROM execution_change WHERE \(rest(new))
      """,
    ]
  }

  private var totalOfJob: String {
    guard let status = query.status.flatMap(ExecutionStatus.init(rawValue:)) else { return "total" }
    return status.isFinal ? HistorySQL.column(of: status) : "0"
  }

  /// The whole days of a period from the summary, the rest of its first and last day from executions.
  private func days(_ arguments: inout SQLArguments) -> [String] {
    let from = max(query.endedFrom?.microseconds ?? 0, 0)
    let until = min(query.endedUntil?.microseconds ?? Int64.max - 1, Int64.max - 1)
    let first = from / HistorySQL.day + (from % HistorySQL.day == 0 ? 0 : 1)
    let last = until < 0 ? -1 : (until + 1) / HistorySQL.day - 1
    guard from <= until, first <= last else { return [ended(from, until, &arguments)] }
    var parts = summarized(
      HistorySQL.byDay, " AND day >= \(first) AND day <= \(last)", &arguments)
    let (begin, end) = (first * HistorySQL.day, (last + 1) * HistorySQL.day)
    if from < begin { parts.append(ended(from, begin - 1, &arguments)) }
    if end <= until { parts.append(ended(end, until, &arguments)) }
    return parts
  }

  private func ended(_ from: Int64, _ until: Int64, _ arguments: inout SQLArguments) -> String {
    executions(
      "\(HistorySQL.ended) AND ended_at >= \(from) AND ended_at <= \(until)", &arguments)
  }
}

extension ExecutionHistoryQuery {
  /// The conditions on when an execution ended.
  ///
  /// - Parameter areSearched: whether an index is to find those times. Otherwise they are written so that no estimate is
  ///   made of them: bounds of numbers and of times are the same bound twice, and the planner would multiply them.
  func times(areSearched: Bool) -> [String] {
    var all: [String] = []
    let (from, until) = (endedFrom?.microseconds, endedUntil?.microseconds)
    if let from { all.append(areSearched ? "ended_at >= \(from)" : "ended_at - \(from) >= 0") }
    if let until { all.append(areSearched ? "ended_at <= \(until)" : "\(until) - ended_at >= 0") }
    return all
  }

  /// All conditions on executions in a state, which is a condition too. What jobs are called is looked up first where
  /// it is known: that of those that have ended.
  ///
  /// - Parameter looksUpNames: false when so many rows fit that looking at each is quicker.
  func executionConditions(
    _ state: String, _ dialect: Dialect, looksUpNames: Bool = true,
    _ arguments: inout SQLArguments
  ) -> String {
    var all = [state, HistorySQL.present] + conditions(on: .executions, &arguments)
    if let part = descriptionContains {
      let field = dialect.field("description", of: "definition")
      all.append(arguments.condition(field, contains: part))
    }
    if withoutPostponed { all.append("status <> 'scheduled'") }
    if looksUpNames, hasNames, state.hasPrefix(HistorySQL.ended) {
      all.append(namedJobs(&arguments))
    }
    return all.joined(separator: " AND ")
  }

  /// The jobs that were ever called so.
  private func namedJobs(_ arguments: inout SQLArguments) -> String {
    let selects = [HistorySQL.byJob.table, "execution_change"].map { table in
      let conditions = jobConditions(on: .changes, &arguments)
      return "SELECT job_id FROM \(table) WHERE \(conditions.joined(separator: " AND "))"
    }
    return "job_id IN (\(selects.joined(separator: " UNION ")))"
  }
}

extension ExecutionHistoryExtent {
  init(row: Row) throws(StoreError) {
    total = try row.int("total")
    lowest = try row.optionalInt("lowest") ?? 0
    highest = try row.optionalInt("highest") ?? 0
    timed = try row.int("timed")
    duration = try row.int("duration")
  }
}
