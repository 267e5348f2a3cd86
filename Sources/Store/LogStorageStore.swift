import Database
public import Model

extension StoreScope {
  /// Where ended logs are kept.
  public var logStorage: LogStorageStore { LogStorageStore(scope: self) }
}

/// Which logs are stored, where, by whom they are being stored, and the index of the stored ones.
public struct LogStorageStore: Sendable {
  let scope: StoreScope

  /// What is known about the storing of an execution's log.
  public func record(of execution: ExecutionID) async throws(StoreError) -> LogStorageRecord? {
    try await scope.first(
      "SELECT * FROM log_storage WHERE execution_id = $1", [.integer(execution.number)],
      as: LogStorageRecord.init(row:))
  }

  /// The record of that number.
  public func record(id: Int64) async throws(StoreError) -> LogStorageRecord? {
    try await scope.first(
      "SELECT * FROM log_storage WHERE id = $1", [.integer(id)], as: LogStorageRecord.init(row:))
  }

  /// The records of these executions; those without one are left out.
  public func records(
    of executions: [ExecutionID]
  ) async throws(StoreError) -> [LogStorageRecord] {
    var records: [LogStorageRecord] = []
    for list in ValueList.lists(of: executions.map { .integer($0.number) }) {
      records += try await scope.all(
        "SELECT * FROM log_storage WHERE execution_id IN (\(list.marks)) ORDER BY id",
        list.arguments, as: LogStorageRecord.init(row:))
    }
    return records
  }

  /// Says that the object of `claim` was verified: readers read it from now on, and what it holds of the live log is
  /// deleted, in one transaction. The copy before it becomes an orphan. False when the claim was lost: nothing changed.
  public func verified(
    _ claim: LogStorageClaim, as stored: StoredLog
  ) async throws(StoreError) -> Bool {
    let answers = try await scope.batch(
      [
        Statement(
          """
          INSERT INTO log_storage (execution_id, backend, state, path)
          SELECT NULL, stored_backend, 'verified', stored_path FROM log_storage
          WHERE id = $1 AND claim = $2 AND execution_id IS NOT NULL
            AND claimed_until > \(scope.dialect.now) AND stored_path <> $3
          """, [.integer(claim.id), .integer(claim.number), .text(stored.path)]),
        markVerified(claim, stored),
        Statement(
          """
          DELETE FROM log_segment WHERE storage_id = $1 AND claim <> $2
            AND EXISTS (SELECT 1 FROM log_storage AS s WHERE s.id = $1 AND s.stored_claim = $2)
          """, [.integer(claim.id), .integer(claim.number)]),
      ]
        + LogChunkStore.release(
          claim.execution, upTo: stored.size, when: Self.isStored(claim)))
    return answers[1].changes == 1
  }

  private func markVerified(_ claim: LogStorageClaim, _ stored: StoredLog) -> Statement {
    Statement(
      """
      UPDATE log_storage SET state = 'verified', stored_backend = $3, stored_path = $4,
        stored_claim = claim, is_compressed = $5, generation = generation + 1, size = $6, lines = $7,
        last_modified = $8, object_size = $9, digest = $10, chain = $11, attempts = 0, copied = 0,
        next_attempt_at = 0, claimed_until = 0, claimed_by = NULL, error = NULL
      WHERE id = $1 AND claim = $2 AND execution_id IS NOT NULL
        AND claimed_until > \(scope.dialect.now)
      """,
      [
        .integer(claim.id), .integer(claim.number), .text(stored.backend), .text(stored.path),
        .flag(stored.isCompressed), .integer(stored.size), .integer(stored.lines),
        .instant(stored.lastModified), .integer(stored.objectSize), .blob(stored.digest),
        .blob(stored.chain),
      ])
  }

  private static func isStored(_ claim: LogStorageClaim) -> String {
    """
    EXISTS (SELECT 1 FROM log_storage AS s WHERE s.id = \(claim.id)
      AND s.stored_claim = \(claim.number))
    """
  }

  /// Rows whose executions are gone, oldest first.
  public func orphans(limit: Int) async throws(StoreError) -> [LogStorageRecord] {
    try await scope.all(
      """
      SELECT * FROM log_storage WHERE execution_id IS NULL
        AND claimed_until <= \(scope.dialect.now) AND next_attempt_at <= \(scope.dialect.now)
      ORDER BY id LIMIT $1
      """, [.integer(Int64(limit))], as: LogStorageRecord.init(row:))
  }

  /// Forgets rows whose objects are gone, with their segments.
  public func forget(_ ids: [Int64]) async throws(StoreError) {
    for list in ValueList.lists(of: ids.map { .integer($0) }) {
      try await scope.run("DELETE FROM log_storage WHERE id IN (\(list.marks))", list.arguments)
    }
  }

  /// Lets the deletion of an orphan's objects be tried again after `pause`.
  public func postpone(_ id: Int64, error: String, pause: Duration) async throws(StoreError) {
    try await scope.run(
      """
      UPDATE log_storage SET error = $2, next_attempt_at = \(scope.dialect.now) + $3 WHERE id = $1
      """, [.integer(id), .text(error), .integer(pause.wholeMicroseconds)])
  }

  /// Takes the logs of these executions away from whoever writes them, so that nobody writes them any more, and answers
  /// what is known about them.
  public func revoke(
    _ executions: [ExecutionID]
  ) async throws(StoreError) -> [LogStorageRecord] {
    var records: [LogStorageRecord] = []
    for list in ValueList.lists(of: executions.map { .integer($0.number) }) {
      records += try await scope.all(
        """
        UPDATE log_storage SET claim = claim + 1, claimed_by = NULL, claimed_until = 0
        WHERE execution_id IN (\(list.marks)) RETURNING *
        """, list.arguments, as: LogStorageRecord.init(row:))
    }
    return records
  }
}
