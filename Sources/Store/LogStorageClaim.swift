import Database
public import Model

/// An execution whose log is live, at least in part.
public struct LogStorageCandidate: Sendable, Hashable {
  public var execution: ExecutionID
  public var project: String
  public var job: String?
  public var jobName: String?
  public var jobGroup: String?
  public var user: String
  /// When it began; nil before that.
  public var startedAt: Instant?
  /// Whether it has ended and none of its assignments is open: nothing more is expected.
  public var isSettled: Bool
  /// Whether it has ended.
  public var isEnded: Bool
  /// Whether nobody has it and its pause is over.
  public var isDue: Bool
  /// How many copies of it were verified.
  public var generation: Int64
  /// Bytes of it in the copy of a running log.
  public var copied: Int64
  /// Bytes of the log.
  public var size: Int64
  /// The position that its live chunks begin at; rows before it are to be deleted.
  public var released: Int64
  /// The end of its chain; nil for a log that began before there were chains.
  public var chain: [UInt8]?
  /// When the last of it came.
  public var lastModified: Instant?
  /// What was written or begun to be written last, and by which backend; nil when nothing was.
  public var attempted: (backend: String, path: String)? {
    attemptedPath.map { (attemptedBackend, $0) }
  }
  private var attemptedBackend: String
  private var attemptedPath: String?
  /// Where the verified copy is, if there is one.
  public var storedPath: String?
  /// The database's time of asking.
  public var askedAt: Instant

  init(row: Row) throws(StoreError) {
    execution = ExecutionID(try row.int("id"))
    project = try row.text("project")
    job = try row.optionalText("job_id")
    jobName = try row.optionalText("job_name")
    jobGroup = try row.optionalText("job_group")
    user = try row.text("username")
    startedAt = try row.optionalInstant("started_at")
    isEnded = try row.optionalInt("ended_at") != nil
    isSettled = try row.bool("is_settled")
    isDue = try row.bool("is_due")
    generation = try row.int("generation")
    copied = try row.int("copied")
    size = try row.int("size")
    released = try row.int("released")
    chain = try row.optionalBlob("chain")
    lastModified = try row.optionalInstant("recorded_at")
    attemptedBackend = try row.optionalText("backend") ?? ""
    attemptedPath = try row.optionalText("path")
    storedPath = try row.optionalText("stored_path")
    askedAt = try row.instant("asked_at")
  }
}

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
  /// Executions whose logs are live at least in part, by number, from the one after `execution` on. One probe of an index
  /// for each, however long their logs are.
  ///
  /// Logs that have ended count as settled at once, or after `patience` while one of their assignments is open.
  public func candidates(
    after execution: ExecutionID?, limit: Int, patience: Duration
  ) async throws(StoreError) -> [LogStorageCandidate] {
    try await scope.all(
      """
      WITH RECURSIVE live(id, found) AS (
        SELECT MIN(execution_id), 1 FROM log_chunk WHERE execution_id > $1
        UNION ALL
        SELECT (SELECT MIN(c.execution_id) FROM log_chunk AS c WHERE c.execution_id > live.id),
          live.found + 1
        FROM live WHERE live.id IS NOT NULL AND live.found < $2)
      SELECT e.id, e.project, e.job_id, e.job_name, e.job_group, e.username, e.started_at, e.ended_at,
        CASE WHEN e.ended_at IS NOT NULL AND (e.ended_at <= \(scope.dialect.now) - $3 OR NOT EXISTS (
          SELECT 1 FROM assignment AS a WHERE a.execution_id = e.id AND a.state <> 'ended'))
          THEN 1 ELSE 0 END AS is_settled,
        CASE WHEN s.id IS NULL OR (s.claimed_until <= \(scope.dialect.now)
          AND (s.next_attempt_at <= \(scope.dialect.now)
            OR (s.attempts = 0 AND e.ended_at IS NOT NULL))) THEN 1 ELSE 0 END AS is_due,
        COALESCE(s.generation, 0) AS generation, COALESCE(s.copied, 0) AS copied,
        h.size, h.released, h.recorded_at, s.backend, s.path, s.stored_path,
        \(scope.dialect.now) AS asked_at, CASE WHEN EXISTS (
          SELECT 1 FROM log_chunk AS c
          WHERE c.execution_id = e.id AND c.position = 0 AND c.chain IS NULL)
          THEN NULL ELSE h.chain END AS chain
      FROM live JOIN execution AS e ON e.id = live.id JOIN log_head AS h ON h.execution_id = e.id
        LEFT JOIN log_storage AS s ON s.execution_id = e.id
      WHERE live.id IS NOT NULL ORDER BY e.id
      """,
      [
        .integer(execution?.number ?? -1), .integer(Int64(limit)),
        .integer(patience.wholeMicroseconds),
      ],
      as: LogStorageCandidate.init(row:))
  }

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

extension Duration {
  /// Cut off, and kept within what can be added to a time.
  var wholeMicroseconds: Int64 {
    let (seconds, attoseconds) = components
    guard seconds.magnitude < 1_000_000_000_000 else {
      return seconds < 0 ? -1_000_000_000_000_000_000 : 1_000_000_000_000_000_000
    }
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}
