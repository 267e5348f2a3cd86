import Database

extension Migration {
  /// Version 1: members, projects, jobs, executions, assignments, logs, agents and who may log in.
  static let first = Migration(version: 1) { dialect in
    members + projectsAndJobs + executions(dialect) + assignments(dialect) + logs(dialect)
      + agents + accounts
  }

  private static let members = [
    """
    CREATE TABLE member (
      uuid TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      url TEXT NOT NULL,
      version TEXT NOT NULL,
      hostname TEXT NOT NULL,
      incarnation BIGINT NOT NULL,
      started_at BIGINT NOT NULL,
      heartbeat_at BIGINT NOT NULL)
    """,
    "CREATE TABLE cluster_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
  ]

  private static let projectsAndJobs = [
    """
    CREATE TABLE project (
      name TEXT PRIMARY KEY,
      description TEXT NOT NULL,
      created_at BIGINT NOT NULL)
    """,
    """
    CREATE TABLE project_setting (
      project TEXT NOT NULL REFERENCES project (name) ON DELETE CASCADE,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (project, name))
    """,
    """
    CREATE TABLE job (
      id TEXT PRIMARY KEY,
      project TEXT NOT NULL REFERENCES project (name) ON DELETE CASCADE,
      group_path TEXT NOT NULL DEFAULT '',
      name TEXT NOT NULL,
      definition TEXT NOT NULL,
      scheduled BIGINT NOT NULL,
      schedule_enabled BIGINT NOT NULL,
      execution_enabled BIGINT NOT NULL,
      created_by TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL)
    """,
    "CREATE INDEX job_by_name ON job (project, group_path, name)",
  ]

  private static let agents = [
    """
    CREATE TABLE agent (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      credential_digest TEXT NOT NULL,
      node TEXT NOT NULL,
      hostname TEXT NOT NULL,
      version TEXT NOT NULL,
      boot_id TEXT NOT NULL,
      enrolled_at BIGINT NOT NULL,
      seen_at BIGINT NOT NULL)
    """,
    """
    CREATE TABLE enrolment_token (
      digest TEXT PRIMARY KEY,
      created_by TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      used_at BIGINT NULL,
      used_by TEXT NULL)
    """,
  ]

  private static let accounts = [
    """
    CREATE TABLE api_token (
      id TEXT PRIMARY KEY,
      digest TEXT NOT NULL UNIQUE,
      name TEXT NULL,
      username TEXT NOT NULL,
      creator TEXT NOT NULL,
      roles TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NULL)
    """,
    """
    CREATE TABLE user_account (
      username TEXT PRIMARY KEY,
      password_hash TEXT NOT NULL,
      roles TEXT NOT NULL,
      created_at BIGINT NOT NULL)
    """,
    """
    CREATE TABLE web_session (
      digest TEXT PRIMARY KEY,
      username TEXT NOT NULL,
      roles TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL)
    """,
  ]
}
