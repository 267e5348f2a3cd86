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

  /// Why an execution began, as a number: 0 somebody asked for it, 1 its schedule fell due, 2 somebody asked for it
  /// at a later time.
  static func origin(_ prefix: String = "") -> String {
    "CASE WHEN \(prefix)due_at IS NULL THEN 0 WHEN \(prefix)due_at <= \(prefix)created_at THEN 1 "
      + "ELSE 2 END"
  }

  /// What every summary tells apart, and what it sums up.
  static let sharedColumns = """
    project TEXT NOT NULL,
      status TEXT NOT NULL,
      custom_status TEXT NOT NULL,
      username TEXT NOT NULL,
      origin BIGINT NOT NULL,
      aborted_by TEXT NOT NULL,
      total BIGINT NOT NULL,
      timed BIGINT NOT NULL,
      duration BIGINT NOT NULL
    """

  private static let shared = [
    "project", "status", "custom_status", "username", "origin", "aborted_by",
  ]

  /// A summary: its table, what it tells apart, and those values from a row of `execution_change`.
  struct Summary: Sendable {
    let table: String
    let keys: [String]
    let sources: [String]

    var columns: String { keys.joined(separator: ", ") }
    var source: String {
      zip(sources, keys).map { $0 == $1 ? $0 : "\($0) AS \($1)" }.joined(separator: ", ")
    }
    /// Whether a row of the summary is that of `given`.
    var match: String {
      keys.map { "\(table).\($0) = given.\($0)" }.joined(separator: " AND ")
    }
  }

  static let byJob = Summary(
    table: "history_by_job", keys: ["job_id", "job_name", "job_group"] + shared,
    sources: ["job_id", "job_name", "job_group"] + shared)

  static let byDay = Summary(
    table: "history_by_day", keys: ["day", "is_ad_hoc"] + shared,
    sources: ["day", "CASE WHEN job_id = '' THEN 1 ELSE 0 END"] + shared)

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
}
