import Database

extension Migration {
  /// Chunks that are chained to each other, the head of each chain, and the indexes that one node's and one step's
  /// output is found by.
  static func logChain(_ dialect: Dialect) -> [String] {
    [
      "ALTER TABLE log_chunk ADD COLUMN digest \(dialect.blobType) NULL",
      "ALTER TABLE log_chunk ADD COLUMN chain \(dialect.blobType) NULL",
      // Which bytes of its spool are in no chunk because they hold no output ("8-120 400-424"), and from which
      // offset on the log's limit kept its output out.
      "ALTER TABLE assignment ADD COLUMN silent TEXT NULL",
      "ALTER TABLE assignment ADD COLUMN truncated_from BIGINT NULL",
      // `content`: bytes of lines, without the frames' headers. `released`: the position that the chunks before were deleted up to, because the stored copy has them.
      """
      CREATE TABLE log_head (
        execution_id BIGINT PRIMARY KEY REFERENCES execution(id) ON DELETE CASCADE,
        size BIGINT NOT NULL,
        lines BIGINT NOT NULL,
        content BIGINT NOT NULL DEFAULT 0,
        chain \(dialect.blobType) NULL,
        recorded_at BIGINT NOT NULL,
        released BIGINT NOT NULL DEFAULT 0)
      """,
      """
      INSERT INTO log_head (execution_id, size, lines, recorded_at)
      SELECT execution_id, MAX(position + length), MAX(first_line + lines), MAX(recorded_at)
      FROM log_chunk GROUP BY execution_id
      """,
      """
      CREATE INDEX log_chunk_by_node
      ON log_chunk (execution_id, node, position, length, lines)
      """,
      """
      CREATE INDEX log_chunk_by_step
      ON log_chunk (execution_id, step \(dialect.bytewise), position, length, lines)
      """,
    ]
  }
}
