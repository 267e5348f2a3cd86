import Database

extension Migration {
  /// Version 2: several members. Terms that end, schedules with their versions, the fire ledger, who is to
  /// carry an execution, and the log of decisions.
  static let cluster = Migration(version: 2) { dialect in
    membersInCluster + executionsInCluster + agentStreams + schedules + fires
      + decisions(dialect)
  }

  private static let membersInCluster = [
    "tags TEXT NOT NULL DEFAULT ''",
    "session TEXT NOT NULL DEFAULT ''",
    "running BIGINT NOT NULL DEFAULT 0",
    "capacity BIGINT NOT NULL DEFAULT 0",
    "cpu_load BIGINT NOT NULL DEFAULT 0",
    "draining BIGINT NOT NULL DEFAULT 0",
    "fenced_at BIGINT NULL",
    "fenced_by TEXT NULL",
    "left_at BIGINT NULL",
  ].map { "ALTER TABLE member ADD COLUMN \($0)" }

  private static let executionsInCluster = [
    "due_at BIGINT NULL",
    "decision TEXT NULL",
    "chosen_member TEXT NULL",
    "choice BIGINT NOT NULL DEFAULT 0",
    "chosen_at BIGINT NULL",
  ].map { "ALTER TABLE execution ADD COLUMN \($0)" }

  /// A schedule outlives its rule and its job until all that was due has its outcome; a version outlives the
  /// schedule, because the audit needs it. So neither references a job.
  private static let schedules = [
    """
    CREATE TABLE schedule (
      job_id TEXT PRIMARY KEY,
      project TEXT NOT NULL,
      version BIGINT NOT NULL,
      rule TEXT NULL,
      is_enabled BIGINT NOT NULL,
      valid_from BIGINT NOT NULL,
      owner_member TEXT NULL,
      settled_until BIGINT NOT NULL,
      updated_at BIGINT NOT NULL)
    """,
    "CREATE INDEX schedule_by_owner ON schedule (owner_member, job_id)",
    "CREATE INDEX schedule_by_change ON schedule (updated_at)",
    """
    CREATE TABLE schedule_version (
      job_id TEXT NOT NULL,
      version BIGINT NOT NULL,
      project TEXT NOT NULL,
      rule TEXT NULL,
      is_enabled BIGINT NOT NULL,
      valid_from BIGINT NOT NULL,
      valid_until BIGINT NULL,
      PRIMARY KEY (job_id, version))
    """,
  ]

  private static let fires = [
    """
    CREATE TABLE fire (
      job_id TEXT NOT NULL,
      due_at BIGINT NOT NULL,
      project TEXT NOT NULL,
      outcome TEXT NOT NULL,
      reason TEXT NULL,
      detail TEXT NULL,
      execution_id BIGINT NULL,
      member TEXT NOT NULL,
      incarnation BIGINT NOT NULL,
      settled_at BIGINT NOT NULL,
      PRIMARY KEY (job_id, due_at))
    """,
    "CREATE INDEX fire_by_time ON fire (due_at, job_id)",
    "CREATE INDEX fire_by_project ON fire (project, due_at, job_id)",
  ]

  private static func decisions(_ dialect: Dialect) -> [String] {
    [
      """
      CREATE TABLE decision (
        id \(dialect.identityColumn),
        at BIGINT NOT NULL,
        kind TEXT NOT NULL,
        member TEXT NOT NULL,
        subject_member TEXT NULL,
        job_id TEXT NULL,
        execution_id BIGINT NULL,
        project TEXT NULL,
        reason TEXT NOT NULL,
        detail TEXT NULL)
      """,
      "CREATE INDEX decision_by_time ON decision (at)",
      "CREATE INDEX decision_by_job ON decision (job_id, at)",
      "CREATE INDEX decision_by_execution ON decision (execution_id)",
    ]
  }
}
