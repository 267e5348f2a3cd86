import Database

extension Migration {
  /// Files that were uploaded for options of the type `file`, in pieces, and the executions that use them.
  ///
  /// A file outlives its job: an execution may still need it. `execution_id` is the latest execution that used it, for
  /// people; whether the bytes are still needed is in `option_file_use`.
  static func optionFiles(_ dialect: Dialect) -> [String] {
    [
      """
      CREATE TABLE option_file (
        id TEXT PRIMARY KEY,
        project TEXT NOT NULL REFERENCES project(name) ON DELETE CASCADE,
        job_id TEXT NOT NULL,
        option_name TEXT NOT NULL,
        username TEXT NOT NULL,
        file_name TEXT NULL,
        member TEXT NOT NULL,
        state TEXT NOT NULL,
        size BIGINT NOT NULL DEFAULT 0,
        digest TEXT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        execution_id BIGINT NULL)
      """,
      "CREATE INDEX option_file_job ON option_file (job_id, state, created_at)",
      "CREATE INDEX option_file_project ON option_file (project)",
      """
      CREATE INDEX option_file_kept ON option_file (expires_at)
      WHERE state IN ('uploading', 'temp')
      """,
      """
      CREATE TABLE option_file_piece (
        file_id TEXT NOT NULL REFERENCES option_file(id) ON DELETE CASCADE,
        position BIGINT NOT NULL,
        content \(dialect.blobType) NOT NULL,
        PRIMARY KEY (file_id, position))
      """,
      """
      CREATE TABLE option_file_use (
        file_id TEXT NOT NULL REFERENCES option_file(id) ON DELETE CASCADE,
        execution_id BIGINT NOT NULL REFERENCES execution(id) ON DELETE CASCADE,
        PRIMARY KEY (file_id, execution_id))
      """,
      "CREATE INDEX option_file_use_execution ON option_file_use (execution_id)",
    ]
  }
}
