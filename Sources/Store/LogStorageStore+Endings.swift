import Database

extension LogStorageStore {
  /// Gives the claim up with the reason why the log was not written; the next attempt comes after `pause`.
  public func failed(
    _ claim: LogStorageClaim, error: String, pause: Duration
  ) async throws(StoreError) {
    try await scope.run(
      """
      UPDATE log_storage SET state = CASE WHEN state = 'partial' THEN state ELSE 'pending' END,
        error = $3, claimed_until = 0, claimed_by = NULL, next_attempt_at = \(scope.dialect.now) + $4
      WHERE id = $1 AND claim = $2
      """,
      [
        .integer(claim.id), .integer(claim.number), .text(error.storable),
        .integer(pause.wholeMicroseconds),
      ])
  }

  /// Gives the claim up as if it had not been taken: the one who has it is stopping.
  public func release(_ claim: LogStorageClaim) async throws(StoreError) {
    try await scope.run(
      """
      UPDATE log_storage SET state = CASE WHEN state = 'partial' THEN state ELSE 'pending' END,
        attempts = CASE WHEN attempts > 0 AND state = 'storing' THEN attempts - 1 ELSE attempts END,
        claimed_until = 0, claimed_by = NULL, next_attempt_at = 0
      WHERE id = $1 AND claim = $2
      """, [.integer(claim.id), .integer(claim.number)])
  }

  /// A copy of a running log, of that many of its bytes, was written; the next comes after `pause`.
  public func copied(
    _ claim: LogStorageClaim, bytes: Int64, pause: Duration
  ) async throws(StoreError) {
    try await scope.run(
      """
      UPDATE log_storage SET copied = $3, error = NULL, claimed_until = 0, claimed_by = NULL,
        next_attempt_at = \(scope.dialect.now) + $4
      WHERE id = $1 AND claim = $2
      """,
      [
        .integer(claim.id), .integer(claim.number), .integer(bytes),
        .integer(pause.wholeMicroseconds),
      ])
  }
}

extension String {
  /// No column takes U+0000, and nobody reads a reason of many pages.
  fileprivate var storable: String {
    String(String.UnicodeScalarView(unicodeScalars.filter { $0.value != 0 }.prefix(2_000)))
  }
}
