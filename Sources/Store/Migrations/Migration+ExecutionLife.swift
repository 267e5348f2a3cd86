extension Migration {
  /// Retries, the runs of a job that wait for their turn, references that take room of a job, and projects that are
  /// being deleted.
  static let executionLife =
    [
      // How often it was tried before; of which executions it is the next try; and which one is its next.
      "retry_attempt BIGINT NOT NULL DEFAULT 0",
      "retry_previous BIGINT NULL",
      "retry_original BIGINT NULL",
      "retried_as BIGINT NULL",
      // How many executions of its job might go on at once when it was launched; NULL without a limit.
      "run_limit BIGINT NULL",
      // 'turn' or 'replacement' while it is queued behind executions of its job: it takes no room then.
      "waits_for TEXT NULL",
      // The nodes whose limit of output the log has a line about, one a line; empty for the limit of all of them.
      "log_limit_told TEXT NULL",
    ].map { "ALTER TABLE execution ADD COLUMN \($0)" } + [
      "ALTER TABLE project ADD COLUMN removal_at BIGINT NULL",
      """
      CREATE INDEX execution_going_on ON execution (job_id, id)
      WHERE status IN ('queued', 'running') AND waits_for IS NULL
      """,
      """
      CREATE INDEX execution_in_line ON execution (job_id, chosen_at, id)
      WHERE status = 'queued' AND waits_for IS NOT NULL
      """,
      """
      CREATE INDEX execution_unclaimed ON execution (chosen_member, id)
      WHERE status = 'queued' AND owner_member IS NULL
      """,
      """
      CREATE TABLE job_hold (
        job_id TEXT NOT NULL,
        execution_id BIGINT NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        node TEXT NOT NULL,
        epoch BIGINT NOT NULL,
        PRIMARY KEY (job_id, execution_id, step, node))
      """,
      "CREATE INDEX job_hold_by_execution ON job_hold (execution_id)",
    ]
}
