import Database
public import Model

/// The right to write one execution's log, until it runs out.
public struct LogStorageClaim: Sendable, Hashable {
  /// The row's number.
  public var id: Int64
  public var execution: ExecutionID
  /// Grows with each claim of this log: an older one is void.
  public var number: Int64
  /// How often the log was tried, this time included.
  public var attempt: Int64

  init(row: Row) throws(StoreError) {
    id = try row.int("id")
    execution = ExecutionID(try row.int("execution_id"))
    number = try row.int("claim")
    attempt = try row.int("attempts")
  }
}

/// What a claim is asked for with.
public struct LogStorageWish: Sendable, Hashable {
  public var execution: ExecutionID
  /// The backend that is to be written to.
  public var backend: String
  /// The object's name there.
  public var path: String
  /// How many copies were verified when this was decided: another number refuses the claim.
  public var generation: Int64
  /// Whether it is a copy of a running log only.
  public var isPartial: Bool

  public init(
    execution: ExecutionID, backend: String, path: String, generation: Int64, isPartial: Bool
  ) {
    self.execution = execution
    self.backend = backend
    self.path = path
    self.generation = generation
    self.isPartial = isPartial
  }
}

extension LogStorageStore {
  /// Takes the right to write a log for `time`, in the name of a term that must be current. Nil when somebody else has it,
  /// when its pause is not over, or when the execution is gone.
  public func claim(
    _ wish: LogStorageWish, by term: Term, for time: Duration
  ) async throws(StoreError) -> LogStorageClaim? {
    let now = scope.dialect.now
    let counted = wish.isPartial ? 0 : 1
    return try await scope.first(
      """
      INSERT INTO log_storage (execution_id, backend, state, path, attempts, first_attempt_at, claim,
        claimed_by, claimed_until)
      SELECT e.id, $4, $5, $6, \(counted), CASE WHEN $7 = 0 THEN \(now) END, 1, $8, \(now) + $9
      FROM execution AS e WHERE e.id = $3 AND \(Term.condition("$1", "$2"))
        AND ($10 = 0 OR EXISTS (SELECT 1 FROM log_storage AS s WHERE s.execution_id = e.id))
      ON CONFLICT (execution_id) DO UPDATE SET
        backend = excluded.backend, state = excluded.state, path = excluded.path,
        attempts = log_storage.attempts + \(counted),
        first_attempt_at = COALESCE(log_storage.first_attempt_at, excluded.first_attempt_at),
        claim = log_storage.claim + 1, claimed_by = excluded.claimed_by,
        claimed_until = excluded.claimed_until
      WHERE log_storage.claimed_until <= \(now)
        AND (log_storage.next_attempt_at <= \(now) OR (log_storage.attempts = 0 AND $7 = 0))
        AND log_storage.generation = $10
      RETURNING id, execution_id, claim, attempts
      """,
      term.arguments + [
        .integer(wish.execution.number), .text(wish.backend),
        .text((wish.isPartial ? LogStorageState.partial : .storing).rawValue), .text(wish.path),
        .integer(wish.isPartial ? 1 : 0), .text("\(term)"), .integer(time.wholeMicroseconds),
        .integer(wish.generation),
      ], as: LogStorageClaim.init(row:))
  }

  /// Keeps the claim for `time` from now. False when it was lost.
  public func renew(
    _ claim: LogStorageClaim, for time: Duration
  ) async throws(StoreError) -> Bool {
    try await scope.run(
      """
      UPDATE log_storage SET claimed_until = \(scope.dialect.now) + $3 WHERE id = $1 AND claim = $2
        AND execution_id IS NOT NULL
      """,
      [.integer(claim.id), .integer(claim.number), .integer(time.wholeMicroseconds)]
    ).changes == 1
  }
}
