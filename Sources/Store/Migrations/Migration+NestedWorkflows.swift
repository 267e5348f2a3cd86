import Database

extension Migration {
  /// Workflows within executions: each carries out one cell, as a referenced job or as the sub-steps of a conditional.
  ///
  /// `referenced_job` says which executions ran which jobs as references.
  static func nestedWorkflows(_ dialect: Dialect) -> [String] {
    [
      """
      CREATE TABLE nested_workflow (
        execution_id BIGINT NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        node TEXT NOT NULL,
        job_id TEXT NULL,
        project TEXT NOT NULL,
        definition TEXT NOT NULL,
        arg_string TEXT NULL,
        options TEXT NOT NULL,
        sealed_options \(dialect.blobType) NULL,
        plan TEXT NOT NULL,
        PRIMARY KEY (execution_id, step, node))
      """,
      """
      CREATE TABLE referenced_job (
        job_id TEXT NOT NULL,
        execution_id BIGINT NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
        PRIMARY KEY (job_id, execution_id))
      """,
      // How a step halted the workflow that it is in; NULL for a step that did not.
      "ALTER TABLE step_state ADD COLUMN halt TEXT NULL",
      "CREATE INDEX referenced_job_by_execution ON referenced_job (execution_id)",
    ]
  }
}
