import Cryptography
public import Database
public import Model

/// What is to become a chunk of an execution's log.
public struct LogChunkDraft: Sendable, Hashable {
  /// Whole frames, in the format of the `Spool` room.
  public let data: [UInt8]
  /// How many log entries they hold.
  public let lines: Int64
  /// How many bytes of `data` are lines.
  public let content: Int64
  /// SHA-256 of `data`.
  public let digest: [UInt8]

  /// - Parameter digest: SHA-256 of `data` when it is known already.
  public init(data: [UInt8], lines: Int64, content: Int64? = nil, digest: [UInt8]? = nil) {
    self.data = data
    self.lines = lines
    self.content = content ?? Int64(data.count)
    self.digest = digest ?? Digest.sha256(data)
  }
}

extension LogChunkStore {
  /// What the chain of every log begins with.
  public static let chainStart = [UInt8](repeating: 0, count: 32)

  /// The chain's next link: SHA-256 of the one before it, the chunk's position (eight bytes, the highest first) and
  /// the chunk's digest.
  public static func chain(
    after previous: [UInt8], position: Int64, digest: [UInt8]
  ) -> [UInt8] {
    let number = (0..<8).map { UInt8(truncatingIfNeeded: position >> (56 - $0 * 8)) }
    return Digest.sha256(previous + number + digest)
  }

  /// Appends lines of the control plane's own.
  ///
  /// Throws a constraint violation when there is no such execution.
  public func append(
    _ draft: LogChunkDraft, to execution: ExecutionID, step: String? = nil, node: String? = nil
  ) async throws(StoreError) {
    try await scope.batch(
      Self.append(draft, to: execution, step: step, node: node, dialect: scope.dialect))
  }

  /// Makes this transaction wait for others that append to the same log. A transaction that locks
  /// several logs does so in the order of their numbers.
  static func lock(_ execution: ExecutionID, dialect: Dialect) -> Statement {
    Statement(
      "SELECT id FROM execution WHERE id = $1 \(dialect.forUpdate)",
      [.integer(execution.number)])
  }

  /// The statements behind `append`, for whoever writes them together with others in one batch.
  public static func append(
    _ draft: LogChunkDraft, to execution: ExecutionID, step: String? = nil, node: String? = nil,
    dialect: Dialect
  ) -> [Statement] {
    let head = Statement(
      moveHead("VALUES ($1, \(Self.first(dialect)))", dialect),
      [.integer(execution.number)] + measures(draft))
    let chunk = Statement(
      """
      INSERT INTO log_chunk (\(columns))
      SELECT execution_id, size - $2, CAST($2 AS BIGINT), CAST($3 AS BIGINT), lines - $3,
        NULL, NULL, CAST($4 AS TEXT), CAST($5 AS TEXT), recorded_at, $6, chain, $7
      FROM log_head WHERE execution_id = $1
      """,
      [
        .integer(execution.number), .integer(Int64(draft.data.count)), .integer(draft.lines),
        .text(step), .text(node), .blob(draft.digest), .blob(draft.data),
      ])
    return [head, chunk]
  }

  /// Statements that append what an assignment's spool holds from `spoolOffset`, but only while the
  /// store has that spool up to exactly `stored`; they lock the assignment's row where the engine can.
  ///
  /// They are written in one transaction with, and before, `AssignmentIngest.advance`.
  static func append(
    _ draft: LogChunkDraft, of assignment: AssignmentID, spoolOffset: Int64, stored: Int64,
    dialect: Dialect
  ) -> [Statement] {
    let head = Statement(
      moveHead(
        """
        SELECT a.execution_id, \(first(dialect)) FROM assignment a
        WHERE a.id = $1 AND a.spool_offset = $7 \(dialect.forUpdate)
        """, dialect),
      [.integer(assignment.number)] + measures(draft) + [.integer(stored)])
    let chunk = Statement(
      """
      INSERT INTO log_chunk (\(columns))
      SELECT h.execution_id, h.size - $2, CAST($2 AS BIGINT), CAST($3 AS BIGINT), h.lines - $3,
        a.id, CAST($4 AS BIGINT), a.step, a.node, h.recorded_at, $5, h.chain, $6
      FROM assignment a JOIN log_head h ON h.execution_id = a.execution_id
      WHERE a.id = $1 AND a.spool_offset = $7
      """,
      [
        .integer(assignment.number), .integer(Int64(draft.data.count)), .integer(draft.lines),
        .integer(spoolOffset), .blob(draft.digest), .blob(draft.data), .integer(stored),
      ])
    return [head, chunk]
  }

  private static let columns = """
    execution_id, position, length, lines, first_line, assignment_id, spool_offset, step, node,
    recorded_at, digest, chain, data
    """

  /// `$2` to `$6`: what the head moves by, and what its chain goes on with.
  private static func measures(_ draft: LogChunkDraft) -> [DatabaseValue] {
    [
      .integer(Int64(draft.data.count)), .integer(draft.lines), .blob(chainStart),
      .blob(draft.digest), .integer(draft.content),
    ]
  }

  /// A head's columns behind the execution when the chunk is the log's first.
  private static func first(_ dialect: Dialect) -> String {
    """
    CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($6 AS BIGINT), \(link("$4", "0", dialect)),
    \(dialect.now)
    """
  }

  private static func moveHead(_ rows: String, _ dialect: Dialect) -> String {
    let chain = link("COALESCE(log_head.chain, $4)", "log_head.size", dialect)
    return """
      INSERT INTO log_head (execution_id, size, lines, content, chain, recorded_at) \(rows)
      ON CONFLICT (execution_id) DO UPDATE SET size = log_head.size + excluded.size,
        lines = log_head.lines + excluded.lines, content = log_head.content + excluded.content,
        chain = \(chain),
        recorded_at = excluded.recorded_at
      """
  }

  private static func link(_ previous: String, _ size: String, _ dialect: Dialect) -> String {
    let bytes = dialect.blobType
    return dialect.chain(
      "CAST(\(previous) AS \(bytes))", "CAST(\(size) AS BIGINT)", "CAST($5 AS \(bytes))")
  }
}
