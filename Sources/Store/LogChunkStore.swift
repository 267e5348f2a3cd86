import Database
public import Model

extension StoreScope {
  /// The chunks of the executions' logs.
  public var logs: LogChunkStore { LogChunkStore(scope: self) }
}

/// The chunks of the executions' logs, each execution's in one order without gaps.
///
/// A chunk's position is computed where it is inserted, so two writers of one execution can meet at the
/// same position: one of them gets a unique violation, has written nothing and tries again.
public struct LogChunkStore: Sendable {
  let scope: StoreScope

  /// How much of a log there is.
  public func extent(of execution: ExecutionID) async throws(StoreError) -> LogExtent {
    let sql = """
      SELECT position + length AS size, first_line + lines AS total, recorded_at
      FROM log_chunk WHERE execution_id = $1 ORDER BY position DESC LIMIT 1
      """
    let found = try await scope.first(sql, [.integer(execution.number)]) {
      row throws(StoreError) in
      LogExtent(
        size: try row.int("size"), lines: try row.int("total"),
        lastModified: try row.instant("recorded_at"))
    }
    return found ?? .empty
  }

  /// The chunks from the one that holds `position` onwards: as many as fit in `bytes`, and at least one
  /// when there is any; at most 256.
  public func chunks(
    of execution: ExecutionID, from position: Int64, bytes: Int64, selecting: LogSelection = .all
  ) async throws(StoreError) -> [LogChunk] {
    let sql = """
      SELECT position, lines, first_line, step, node, data FROM log_chunk
      WHERE \(Self.selected) AND position >= \(Self.holding) AND position <= (
        SELECT MAX(position) FROM (
          SELECT position, length, SUM(length) OVER (ORDER BY position) AS total FROM (
            SELECT position, length FROM log_chunk
            WHERE \(Self.selected) AND position >= \(Self.holding) AND position + length > $4
            ORDER BY position LIMIT 256) AS following) AS summed
        WHERE total - length < $5)
      AND position + length > $4
      ORDER BY position
      """
    let arguments = Self.arguments(execution, selecting)
    return try await scope.all(
      sql, arguments + [.integer(position), .integer(max(bytes, 1))], as: LogChunk.init(row:))
  }

  /// Which chunk holds the `lines`-th entry from the end, and how many of that chunk's entries come
  /// before it. The log's start when it has fewer entries; nil when it has none.
  public func chunk(
    of execution: ExecutionID, lastLines lines: Int64, selecting: LogSelection = .all
  ) async throws(StoreError) -> (position: Int64, skip: Int64)? {
    let sql = """
      SELECT position, lines FROM log_chunk
      WHERE \(Self.selected) AND position < $4 AND lines > 0 ORDER BY position DESC LIMIT 512
      """
    var found: (position: Int64, skip: Int64)?
    var before = Int64.max
    var missing = lines
    while missing > 0 {
      let arguments = Self.arguments(execution, selecting) + [.integer(before)]
      let rows = try await scope.run(sql, arguments).rows
      for row in rows {
        before = try row.int("position")
        let held = try row.int("lines")
        found = (before, max(held - missing, 0))
        missing -= held
        if missing <= 0 { return found }
      }
      if rows.count < 512 { return found }
    }
    return found
  }

  /// Deletes an execution's log; returns how many chunks it had.
  @discardableResult
  public func delete(of execution: ExecutionID) async throws(StoreError) -> Int {
    try await scope.run(
      "DELETE FROM log_chunk WHERE execution_id = $1", [.integer(execution.number)]
    ).changes
  }

  // No LIKE: a step that a user names is no pattern.
  private static let selected = """
    execution_id = $1 AND (CAST($2 AS TEXT) IS NULL OR node = $2)
    AND (CAST($3 AS TEXT) IS NULL OR step = $3
      OR SUBSTR(step, 1, LENGTH(CAST($3 AS TEXT)) + 1) = CAST($3 AS TEXT) || '/')
    """
  private static let holding = """
    COALESCE((SELECT MAX(position) FROM log_chunk WHERE execution_id = $1 AND position <= $4), 0)
    """

  private static func arguments(
    _ execution: ExecutionID, _ selection: LogSelection
  ) -> [DatabaseValue] {
    [.integer(execution.number), .text(selection.node), .text(selection.step)]
  }
}
