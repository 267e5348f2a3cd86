import Database
public import Model

/// How many logs are stored and how many are not.
public struct LogStorageCounts: Sendable, Hashable {
  /// Verified copies.
  public var succeeded: Int64
  /// Logs that were tried more often than is expected to be needed, and are tried on.
  public var failed: Int64
  /// Logs that wait for their next attempt or are being written, the failed ones not counted.
  public var queued: Int64
  /// Ended logs that nobody has begun to store.
  public var missing: Int64
  /// All that are known: succeeded, failed and queued.
  public var total: Int64 { succeeded + failed + queued }
  /// Those that have not succeeded: failed and queued.
  public var incomplete: Int64 { failed + queued }

  public init(succeeded: Int64, failed: Int64, queued: Int64, missing: Int64) {
    self.succeeded = succeeded
    self.failed = failed
    self.queued = queued
    self.missing = missing
  }
}

/// A log that is not stored yet.
public struct IncompleteLog: Sendable, Hashable {
  public var record: LogStorageRecord
  public var execution: ExecutionID
  public var project: String
  /// Whether its live chunks are all there is of it, or are at least there.
  public var isLive: Bool

  init(row: Row) throws(StoreError) {
    record = try LogStorageRecord(row: row)
    execution = ExecutionID(try row.int("execution_id"))
    project = try row.text("project")
    isLive = try row.bool("is_live")
  }
}

extension LogStorageStore {
  /// - Parameter expected: how many attempts count as none of them having failed for good.
  public func counts(expected: Int) async throws(StoreError) -> LogStorageCounts {
    let tried = try await scope.first(
      """
      SELECT (SELECT COUNT(*) FROM log_storage
          WHERE state = 'verified' AND execution_id IS NOT NULL) AS succeeded,
        COALESCE(SUM(CASE WHEN attempts >= $1 AND error IS NOT NULL THEN 1 ELSE 0 END), 0) AS failed,
        COUNT(*) AS incomplete
      FROM log_storage WHERE state <> 'verified' AND state <> 'partial' AND execution_id IS NOT NULL
      """, [.integer(Int64(expected))]
    ) { row throws(StoreError) in
      (try row.int("succeeded"), try row.int("failed"), try row.int("incomplete"))
    }
    let (succeeded, failed, incomplete) = tried ?? (0, 0, 0)
    return LogStorageCounts(
      succeeded: succeeded, failed: failed, queued: incomplete - failed,
      missing: try await missing())
  }

  private func missing() async throws(StoreError) -> Int64 {
    try await scope.first(
      """
      WITH RECURSIVE live(id) AS (
        SELECT MIN(execution_id) FROM log_chunk
        UNION ALL
        SELECT (SELECT MIN(c.execution_id) FROM log_chunk AS c WHERE c.execution_id > live.id)
        FROM live WHERE live.id IS NOT NULL)
      SELECT COUNT(*) AS missing FROM live JOIN execution AS e ON e.id = live.id
      WHERE e.ended_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM log_storage AS s WHERE s.execution_id = e.id)
      """
    ) { row throws(StoreError) in try row.int("missing") } ?? 0
  }

  /// Logs that were tried and are not stored, by execution, and how many there are in all.
  public func incomplete(
    offset: Int64, limit: Int64
  ) async throws(StoreError) -> (logs: [IncompleteLog], total: Int64) {
    let condition = """
      s.state <> 'verified' AND s.state <> 'partial' AND s.execution_id IS NOT NULL
      """
    let total = try await scope.first(
      "SELECT COUNT(*) AS total FROM log_storage AS s WHERE \(condition)"
    ) { row throws(StoreError) in try row.int("total") }
    let logs = try await scope.all(
      """
      SELECT s.*, e.project, CASE WHEN EXISTS (
          SELECT 1 FROM log_chunk AS c WHERE c.execution_id = s.execution_id) THEN 1 ELSE 0 END
          AS is_live
      FROM log_storage AS s JOIN execution AS e ON e.id = s.execution_id
      WHERE \(condition) ORDER BY s.execution_id LIMIT $1 OFFSET $2
      """, [.integer(limit), .integer(offset)], as: IncompleteLog.init(row:))
    return (logs, total ?? 0)
  }

  /// Lets all logs that wait for their next attempt be tried at once; answers how many those are.
  @discardableResult
  public func resume() async throws(StoreError) -> Int {
    try await scope.run(
      """
      UPDATE log_storage SET next_attempt_at = 0
      WHERE state <> 'verified' AND state <> 'partial' AND next_attempt_at > 0
      """
    ).changes
  }
}
