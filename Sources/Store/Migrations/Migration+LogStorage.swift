import Database

extension Migration {
  /// Where ended logs are kept.
  ///
  /// A row outlives its execution (`execution_id` becomes NULL): it says which object is still to be deleted. `size`,
  /// `lines`, `chain` and the segments of `stored_claim` describe the object at `stored_path`, which was verified;
  /// `path` is what the last claim wrote or began to write.
  static func logStorage(_ dialect: Dialect) -> [String] {
    [
      """
      CREATE TABLE log_storage (
        id \(dialect.identityColumn),
        execution_id BIGINT NULL UNIQUE REFERENCES execution(id) ON DELETE SET NULL,
        backend TEXT NOT NULL,
        state TEXT NOT NULL,
        path TEXT NOT NULL,
        stored_backend TEXT NULL,
        stored_path TEXT NULL,
        stored_claim BIGINT NULL,
        is_compressed BIGINT NOT NULL DEFAULT 0,
        generation BIGINT NOT NULL DEFAULT 0,
        size BIGINT NOT NULL DEFAULT 0,
        lines BIGINT NOT NULL DEFAULT 0,
        last_modified BIGINT NULL,
        object_size BIGINT NULL,
        digest \(dialect.blobType) NULL,
        chain \(dialect.blobType) NULL,
        attempts BIGINT NOT NULL DEFAULT 0,
        first_attempt_at BIGINT NULL,
        next_attempt_at BIGINT NOT NULL DEFAULT 0,
        claim BIGINT NOT NULL DEFAULT 0,
        claimed_by TEXT NULL,
        claimed_until BIGINT NOT NULL DEFAULT 0,
        copied BIGINT NOT NULL DEFAULT 0,
        error TEXT NULL)
      """,
      "CREATE INDEX log_storage_incomplete ON log_storage (id) WHERE state <> 'verified'",
      "CREATE INDEX log_storage_orphan ON log_storage (id) WHERE execution_id IS NULL",
      """
      CREATE TABLE log_segment (
        storage_id BIGINT NOT NULL REFERENCES log_storage(id) ON DELETE CASCADE,
        claim BIGINT NOT NULL,
        position BIGINT NOT NULL,
        length BIGINT NOT NULL,
        lines BIGINT NOT NULL,
        first_line BIGINT NOT NULL,
        parts TEXT NOT NULL,
        object_offset BIGINT NOT NULL,
        object_length BIGINT NOT NULL,
        content_length BIGINT NOT NULL,
        digest \(dialect.blobType) NOT NULL,
        frames \(dialect.blobType) NOT NULL,
        PRIMARY KEY (storage_id, claim, position))
      """,
    ]
  }
}
