import Database

// A history of millions of executions: what its lists look for is in indexes, and how many there are of which
// kind is in three small summaries, so that a list knows its exact total without counting rows.
//
// Each execution that ends (or, once ended, changes or goes) leaves one row in `execution_change`, written by a
// trigger in the same transaction. It is only inserted, never updated, so transactions do not wait for each
// other; `Store.foldHistory` adds such rows to the summaries later, and a total is always the summaries and the
// rows that are not folded yet. What has not ended is not summed up: there is little of it.

extension Migration {
  /// Indexes for millions of executions, and the summaries of those that ended.
  static func longHistory(_ dialect: Dialect) -> [String] {
    removals + listIndexes + [change(dialect)] + summaries + HistorySQL.recount
      + HistoryTriggers.sql(dialect)
      + jobDescriptions(dialect)
  }

  /// An execution with `removal_at` is gone for everybody but whoever removes what is stored of it elsewhere.
  private static let removals = [
    "ALTER TABLE execution ADD COLUMN removal_at BIGINT NULL",
    "CREATE INDEX execution_in_removal ON execution (id) WHERE removal_at IS NOT NULL",
    """
    CREATE TABLE history_cleanup (
      project TEXT PRIMARY KEY REFERENCES project (name) ON DELETE CASCADE,
      due_at BIGINT NOT NULL,
      member TEXT NOT NULL,
      incarnation BIGINT NOT NULL,
      claimed_at BIGINT NOT NULL,
      remaining BIGINT NOT NULL,
      deleted BIGINT NOT NULL,
      finished_at BIGINT NULL)
    """,
  ]

  /// They have ended executions only, so that an execution enters them once, when it ends. Those in removal are
  /// in them too, so that a scan of an index alone may answer; lists leave them out by their numbers.
  private static let listIndexes =
    [
      ("execution_by_status", "(project, status, id)"),
      ("execution_by_user", "(project, username, id)"),
      ("execution_by_origin", "(project, (\(HistorySQL.origin())), id)"),
      ("execution_by_end", "(project, ended_at, id)"),
      ("execution_by_duration", "(project, (\(HistorySQL.duration)))"),
      ("execution_by_job_status", "(job_id, status, id)"),
      ("execution_by_job_end", "(job_id, ended_at, id)"),
    ].map { "CREATE INDEX \($0.0) ON execution \($0.1) WHERE \(HistorySQL.ended)" } + [
      """
      CREATE INDEX execution_by_custom_status ON execution (custom_status, id)
      WHERE custom_status IS NOT NULL
      """,
      """
      CREATE INDEX execution_by_aborter ON execution (project, abort_requested_by, id)
      WHERE status = 'aborted'
      """,
    ]

  private static func change(_ dialect: Dialect) -> String {
    """
    CREATE TABLE execution_change (
      id \(dialect.identityColumn),
      execution_id BIGINT NOT NULL,
      day BIGINT NOT NULL,
      job_id TEXT NOT NULL,
      job_name TEXT NOT NULL,
      job_group TEXT NOT NULL,
      project TEXT NOT NULL,
      status TEXT NOT NULL,
      custom_status TEXT NOT NULL,
      username TEXT NOT NULL,
      origin BIGINT NOT NULL,
      aborted_by TEXT NOT NULL,
      total BIGINT NOT NULL,
      timed BIGINT NOT NULL,
      duration BIGINT NOT NULL)
    """
  }

  /// Texts of any length, so there is no unique index: the one who folds looks for a row before adding one.
  private static let summaries =
    HistorySQL.summaries.flatMap { summary in
      [
        summary.creation,
        "CREATE INDEX \(summary.table)_empty ON \(summary.table) (total) WHERE total = 0",
      ]
    } + [
      "CREATE INDEX history_by_project_name ON history_by_project (project)",
      "CREATE INDEX history_by_day_time ON history_by_day (project, day)",
      "CREATE INDEX history_by_job_name ON history_by_job (project, job_id)",
      "CREATE INDEX history_by_job_id ON history_by_job (job_id)",
    ]

  /// A list of jobs does not read their definitions.
  private static func jobDescriptions(_ dialect: Dialect) -> [String] {
    [
      "ALTER TABLE job ADD COLUMN description TEXT NOT NULL DEFAULT ''",
      "UPDATE job SET description = COALESCE(\(dialect.field("description", of: "definition")), '')",
    ]
  }
}
