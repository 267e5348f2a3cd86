public import Database
public import Model

/// What is to become a chunk of an execution's log.
public struct LogChunkDraft: Sendable, Hashable {
  /// Whole frames, in the format of the `Spool` room.
  public var data: [UInt8]
  /// How many log entries they hold.
  public var lines: Int64

  public init(data: [UInt8], lines: Int64) {
    self.data = data
    self.lines = lines
  }
}

extension LogChunkStore {
  /// Appends lines of the control plane's own.
  ///
  /// Throws a unique violation when another writer appended at the same moment: try again. Throws a
  /// constraint violation when there is no such execution.
  public func append(
    _ draft: LogChunkDraft, to execution: ExecutionID, step: String? = nil, node: String? = nil
  ) async throws(StoreError) {
    try await scope.batch([
      Self.lock(execution, dialect: scope.dialect),
      Self.append(draft, to: execution, step: step, node: node, dialect: scope.dialect),
    ])
  }

  /// Makes this transaction wait for others that append to the same log. A transaction that locks
  /// several logs does so in the order of their numbers.
  static func lock(_ execution: ExecutionID, dialect: Dialect) -> Statement {
    Statement(
      "SELECT id FROM execution WHERE id = $1 \(dialect.forUpdate)",
      [.integer(execution.number)])
  }

  /// The statement behind `append`, for whoever writes it together with others in one batch.
  public static func append(
    _ draft: LogChunkDraft, to execution: ExecutionID, step: String? = nil, node: String? = nil,
    dialect: Dialect
  ) -> Statement {
    Statement(
      """
      INSERT INTO log_chunk
        (execution_id, position, length, lines, first_line, assignment_id, spool_offset, step, node,
         recorded_at, data)
      VALUES ($1, \(next("$1", "position + length")), $2, $3, \(next("$1", "first_line + lines")),
        NULL, NULL, $4, $5, \(dialect.now), $6)
      """,
      [
        .integer(execution.number), .integer(Int64(draft.data.count)), .integer(draft.lines),
        .text(step), .text(node), .blob(draft.data),
      ])
  }

  /// A statement that appends what an assignment's spool holds from `spoolOffset`, but only while the
  /// store has that spool up to exactly `stored`; it locks the assignment's row where the engine can.
  ///
  /// It is written in one transaction with, and before, `AssignmentIngest.advance`.
  static func append(
    _ draft: LogChunkDraft, of assignment: AssignmentID, spoolOffset: Int64, stored: Int64,
    dialect: Dialect
  ) -> Statement {
    Statement(
      """
      INSERT INTO log_chunk
        (execution_id, position, length, lines, first_line, assignment_id, spool_offset, step, node,
         recorded_at, data)
      SELECT a.execution_id, \(next("a.execution_id", "position + length")),
        CAST($1 AS BIGINT), CAST($2 AS BIGINT), \(next("a.execution_id", "first_line + lines")),
        a.id, CAST($3 AS BIGINT), a.step, a.node, \(dialect.now), $4
      FROM assignment a WHERE a.id = $5 AND a.spool_offset = $6 \(dialect.forUpdate)
      """,
      [
        .integer(Int64(draft.data.count)), .integer(draft.lines), .integer(spoolOffset),
        .blob(draft.data), .integer(assignment.number), .integer(stored),
      ])
  }

  private static func next(_ execution: String, _ sum: String) -> String {
    """
    COALESCE((SELECT \(sum) FROM log_chunk WHERE execution_id = \(execution)
      ORDER BY position DESC LIMIT 1), 0)
    """
  }
}
