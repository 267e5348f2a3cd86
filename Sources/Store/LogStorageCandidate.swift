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
}
