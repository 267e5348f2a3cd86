import Database

extension Migration {
  /// The outbox of notifications: one row for each receiver of each event, and one for each attempt to reach it.
  ///
  /// `due_at` of a waiting row is when it may be tried next; whoever claims a row moves it to the end of his claim, so
  /// that another member goes on when he dies. `fairness` names the receiver that a row may have to wait behind.
  static func notifications(_ dialect: Dialect) -> [String] {
    [
      """
      CREATE TABLE notification (
        id \(dialect.identityColumn),
        execution_id BIGINT NULL REFERENCES execution(id) ON DELETE CASCADE,
        project TEXT NOT NULL REFERENCES project (name) ON DELETE CASCADE,
        job_id TEXT NULL,
        event TEXT NOT NULL,
        place TEXT NOT NULL,
        kind TEXT NOT NULL,
        receiver TEXT NOT NULL,
        fairness TEXT NOT NULL,
        content TEXT NOT NULL,
        status TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        due_at BIGINT NOT NULL,
        attempts BIGINT NOT NULL DEFAULT 0,
        former_attempts BIGINT NOT NULL DEFAULT 0,
        claim BIGINT NOT NULL DEFAULT 0,
        claimed_by TEXT NULL,
        settled_at BIGINT NULL,
        error TEXT NULL,
        UNIQUE (execution_id, event, place))
      """,
      "CREATE INDEX notification_due ON notification (fairness, due_at, id) WHERE state = 'waiting'",
      "CREATE INDEX notification_dead ON notification (id) WHERE state = 'dead'",
      """
      CREATE INDEX notification_of_job ON notification (job_id, place) WHERE execution_id IS NULL
      """,
      "CREATE INDEX notification_of_project ON notification (project)",
      """
      CREATE TABLE notification_attempt (
        notification_id BIGINT NOT NULL REFERENCES notification(id) ON DELETE CASCADE,
        attempt BIGINT NOT NULL,
        member TEXT NOT NULL,
        began_at BIGINT NOT NULL,
        ended_at BIGINT NULL,
        code BIGINT NULL,
        answer TEXT NULL,
        error TEXT NULL,
        PRIMARY KEY (notification_id, attempt))
      """,
    ]
  }
}
