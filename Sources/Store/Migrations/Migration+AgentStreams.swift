extension Migration {
  /// Which term holds each agent's newest stream, and which of its streams that is.
  static let agentStreams = [
    "ALTER TABLE agent ADD COLUMN stream_member TEXT NULL",
    "ALTER TABLE agent ADD COLUMN stream_incarnation BIGINT NULL",
    "ALTER TABLE agent ADD COLUMN stream_number BIGINT NULL",
    "CREATE INDEX agent_by_stream ON agent (stream_member) WHERE stream_member IS NOT NULL",
  ]
}
