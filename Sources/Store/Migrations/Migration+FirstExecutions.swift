import Database

extension Migration {
  static func executions(_ dialect: Dialect) -> [String] {
    [
      """
      CREATE TABLE execution (
        id \(dialect.identityColumn),
        project TEXT NOT NULL REFERENCES project (name) ON DELETE CASCADE,
        job_id TEXT NULL,
        job_name TEXT NULL,
        job_group TEXT NULL,
        definition TEXT NOT NULL,
        status TEXT NOT NULL,
        custom_status TEXT NULL,
        username TEXT NOT NULL,
        arg_string TEXT NULL,
        options TEXT NOT NULL,
        sealed_options \(dialect.blobType) NULL,
        node_filter TEXT NULL,
        log_level TEXT NOT NULL,
        plan TEXT NULL,
        server_node TEXT NULL,
        owner_member TEXT NULL,
        owner_incarnation BIGINT NULL,
        epoch BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        started_at BIGINT NULL,
        ended_at BIGINT NULL,
        abort_requested_at BIGINT NULL,
        abort_requested_by TEXT NULL,
        end_reason TEXT NULL)
      """,
      "CREATE INDEX execution_by_project ON execution (project, id)",
      "CREATE INDEX execution_by_job ON execution (job_id, id)",
      """
      CREATE INDEX execution_unfinished ON execution (id)
      WHERE status IN ('queued', 'scheduled', 'running')
      """,
      """
      CREATE TABLE step_state (
        execution_id BIGINT NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        node TEXT NOT NULL,
        state TEXT NOT NULL,
        started_at BIGINT NULL,
        updated_at BIGINT NOT NULL,
        ended_at BIGINT NULL,
        exit_code BIGINT NULL,
        reason TEXT NULL,
        PRIMARY KEY (execution_id, step, node))
      """,
    ]
  }

  static func assignments(_ dialect: Dialect) -> [String] {
    [
      """
      CREATE TABLE assignment (
        id \(dialect.identityColumn),
        execution_id BIGINT NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        node TEXT NOT NULL,
        attempt BIGINT NOT NULL,
        agent_id TEXT NOT NULL,
        epoch BIGINT NOT NULL,
        state TEXT NOT NULL,
        specification \(dialect.blobType) NOT NULL,
        spool_offset BIGINT NOT NULL DEFAULT 0,
        outcome TEXT NULL,
        kill_requested_at BIGINT NULL,
        created_at BIGINT NOT NULL,
        started_at BIGINT NULL,
        ended_at BIGINT NULL,
        UNIQUE (execution_id, step, node, attempt))
      """,
      "CREATE INDEX assignment_unfinished ON assignment (agent_id) WHERE state <> 'ended'",
    ]
  }

  static func logs(_ dialect: Dialect) -> [String] {
    let table = """
      CREATE TABLE log_chunk (
        execution_id BIGINT NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
        position BIGINT NOT NULL,
        length BIGINT NOT NULL,
        lines BIGINT NOT NULL,
        first_line BIGINT NOT NULL,
        assignment_id BIGINT NULL,
        spool_offset BIGINT NULL,
        step TEXT NULL,
        node TEXT NULL,
        recorded_at BIGINT NOT NULL,
        data \(dialect.blobType) NOT NULL,
        PRIMARY KEY (execution_id, position))
      """
    return [table] + dialect.compressFast(table: "log_chunk", column: "data")
  }
}
