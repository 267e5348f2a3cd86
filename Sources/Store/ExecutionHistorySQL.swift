import Model

/// The SQL that migration, triggers, folding and questions about the history share.
enum HistorySQL {
  /// A day of the summaries, in microseconds of UTC.
  static let day: Int64 = 86_400_000_000

  /// Begins a question that is planned anew for its values each time: the best way to ten rows of ten millions
  /// depends on them.
  static let planned = "/* planned for its values */ "

  static let unfinished = "status IN ('queued', 'scheduled', 'running')"
  /// What the indexes of lists have.
  static let ended = "status NOT IN ('queued', 'scheduled', 'running')"
  /// What is not in removal, to be asked beside anything else of table `execution`.
  static let present = "id NOT IN (SELECT id FROM execution WHERE removal_at IS NOT NULL)"

  /// What the summaries count. `prefix` is a table's, with its point.
  static func counted(_ prefix: String = "") -> String {
    "\(prefix)removal_at IS NULL AND \(prefix)\(ended)"
  }

  /// How long an execution that ended took, in microseconds.
  static let duration = "ended_at - started_at"

  /// Why an execution began, as a number: 0 somebody asked for it, 1 its schedule fell due, 2 somebody asked for it
  /// at a later time.
  static func origin(_ prefix: String = "") -> String {
    "CASE WHEN \(prefix)due_at IS NULL THEN 0 WHEN \(prefix)due_at <= \(prefix)created_at THEN 1 "
      + "ELSE 2 END"
  }

  /// A summary: its table, what it tells apart, and what it sums up, both from rows of `execution_change`.
  struct Summary: Sendable {
    let table: String
    let keys: [(name: String, source: String)]
    let sums: [(name: String, source: String)]

    var columns: String { keys.map(\.name).joined(separator: ", ") }
    var sumColumns: String { sums.map(\.name).joined(separator: ", ") }
    /// Whether a row of the summary is that of `given`.
    var match: String {
      keys.map { "\(table).\($0.name) = given.\($0.name)" }.joined(separator: " AND ")
    }

    /// The summary of rows of `execution_change`, which `rows` selects.
    func grouped(_ rows: String) -> String {
      let sources = (keys + sums).map { "\($0.source) AS \($0.name)" }.joined(separator: ", ")
      let totals = sums.map { "CAST(SUM(\($0.name)) AS BIGINT) AS \($0.name)" }
      return """
        SELECT \(columns), \(totals.joined(separator: ", ")), MIN(execution_id) AS lowest,
          MAX(execution_id) AS highest
        FROM (SELECT \(sources), execution_id FROM (\(rows)) AS noted) AS sorted GROUP BY \(columns)
        """
    }

    /// The table with its column types.
    var creation: String {
      let texts = Set(["is_ad_hoc", "origin", "day"])
      let keys = keys.map { "\($0.name) \(texts.contains($0.name) ? "BIGINT" : "TEXT") NOT NULL" }
      let sums = (sums.map(\.name) + ["lowest", "highest"]).map { "\($0) BIGINT NOT NULL" }
      return "CREATE TABLE \(table) (\((keys + sums).joined(separator: ", ")))"
    }
  }

  private static func same(_ names: String...) -> [(name: String, source: String)] {
    names.map { ($0, $0) }
  }

  private static let isAdHoc = (
    name: "is_ad_hoc", source: "CASE WHEN job_id = '' THEN 1 ELSE 0 END"
  )
  private static let sums = same("total", "timed", "duration")

  /// For lists without filters on time or jobs.
  static let byProject = Summary(
    table: "history_by_project",
    keys: same("project", "status", "custom_status", "username", "origin", "aborted_by") + [
      isAdHoc
    ],
    sums: sums)

  /// For periods.
  static let byDay = Summary(
    table: "history_by_day",
    keys: same("project", "day", "status", "custom_status", "username", "origin") + [isAdHoc],
    sums: sums)

  /// For filters on jobs: one row for each name that a job had, however its executions ended.
  static let byJob = Summary(
    table: "history_by_job", keys: same("project", "job_id", "job_name", "job_group"),
    sums: sums
      + ExecutionStatus.allCases.filter(\.isFinal).map {
        (column(of: $0), "CASE WHEN status = '\($0.rawValue)' THEN total ELSE 0 END")
      })

  static let summaries = [byProject, byDay, byJob]

  /// How many executions of a job ended so.
  static func column(of status: ExecutionStatus) -> String {
    "total_\(status.rawValue.replacing("-", with: "_"))"
  }

  /// The columns of `execution_change` but its own number.
  static let changeColumns = """
    execution_id, day, job_id, job_name, job_group, project, status, custom_status, username, origin, \
    aborted_by, total, timed, duration
    """

  /// Their values from a row of `execution`, named like them. An execution without an end is of day -1.
  static func values(of row: String, sign: Int) -> String {
    let isTimed = "\(row).started_at IS NOT NULL AND \(row).ended_at IS NOT NULL"
    return """
      \(row).id AS execution_id, COALESCE(\(row).ended_at / \(day), -1) AS day,
        COALESCE(\(row).job_id, '') AS job_id, COALESCE(\(row).job_name, '') AS job_name,
        COALESCE(\(row).job_group, '') AS job_group, \(row).project AS project,
        \(row).status AS status, COALESCE(\(row).custom_status, '') AS custom_status,
        \(row).username AS username,
        \(origin("\(row).")) AS origin,
        CASE WHEN \(row).status = 'aborted' THEN COALESCE(\(row).abort_requested_by, '') ELSE '' END
          AS aborted_by,
        CAST(\(sign) AS BIGINT) AS total,
        CAST(CASE WHEN \(isTimed) THEN \(sign) ELSE 0 END AS BIGINT) AS timed,
        CAST(CASE WHEN \(isTimed) THEN \(sign) * (\(row).ended_at - \(row).started_at) ELSE 0 END
          AS BIGINT) AS duration
      """
  }

  /// The columns of `execution` that those values come from.
  static let watched = [
    "project", "job_id", "job_name", "job_group", "status", "custom_status", "username", "due_at",
    "created_at", "abort_requested_by", "started_at", "ended_at", "removal_at",
  ]

  /// Fills empty summaries from the executions.
  static let recount = summaries.map { summary in
    let ended = "SELECT \(values(of: "e", sign: 1)) FROM execution AS e WHERE \(counted("e."))"
    return """
      INSERT INTO \(summary.table) (\(summary.columns), \(summary.sumColumns), lowest, highest)
      \(summary.grouped(ended))
      """
  }
}
