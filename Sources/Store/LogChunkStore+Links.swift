import Database
public import Model

/// A chunk with all that its row says of it, for whoever checks it.
public struct LogLink: Sendable, Hashable {
  public var chunk: LogChunk
  /// How long the row says that it is.
  public var length: Int64
  /// Which assignment's output it is, and from which offset of its spool on; nil for the control plane's own.
  public var assignment: AssignmentID?
  public var spoolOffset: Int64?
  /// When it was stored, by the database's clock.
  public var recordedAt: Instant
  /// SHA-256 of the data as it was when it was stored; nil before chunks had one.
  public var digest: [UInt8]?
  public var chain: [UInt8]?

  init(row: Row) throws(StoreError) {
    chunk = try LogChunk(row: row)
    length = try row.int("length")
    assignment = try row.optionalInt("assignment_id").map { AssignmentID($0) }
    spoolOffset = try row.optionalInt("spool_offset")
    recordedAt = try row.instant("recorded_at")
    digest = try row.optionalBlob("digest")
    chain = try row.optionalBlob("chain")
  }
}

/// What a log ends with, as its head says it.
public struct LogHead: Sendable, Hashable {
  public var size: Int64
  public var lines: Int64
  /// The chain's end; nil when no chunk of it has a digest.
  public var chain: [UInt8]?
  /// From where on the chunks are here.
  public var released: Int64

  init(row: Row) throws(StoreError) {
    size = try row.int("size")
    lines = try row.int("lines")
    chain = try row.optionalBlob("chain")
    released = try row.int("released")
  }
}

/// What an assignment says that the log must hold of its spool.
public struct SpoolClaim: Sendable, Hashable {
  public var assignment: AssignmentID
  public var step: String
  public var node: String
  /// Up to where the spool arrived.
  public var arrived: Int64
  /// The ranges that hold no output; nil when the column cannot be read.
  public var silent: [Range<Int64>]?
  /// From where on output was left out, because the log was at its limit.
  public var truncatedFrom: Int64?
  public var hasEnded: Bool
  public var hasOutcome: Bool

  init(row: Row) throws(StoreError) {
    assignment = AssignmentID(try row.int("id"))
    step = try row.text("step")
    node = try row.text("node")
    arrived = try row.int("spool_offset")
    silent = SpoolRanges.ranges(try row.optionalText("silent"))
    truncatedFrom = try row.optionalInt("truncated_from")
    hasEnded = try row.text("state") == "ended"
    hasOutcome = try row.bool("has_outcome")
  }
}

extension LogChunkStore {
  /// The head of a log; nil when nothing was ever written to it.
  public func head(of execution: ExecutionID) async throws(StoreError) -> LogHead? {
    try await scope.first(
      "SELECT size, lines, chain, released FROM log_head WHERE execution_id = $1",
      [.integer(execution.number)], as: LogHead.init(row:))
  }

  /// The rows that begin at `position` or later, as many as fit in `bytes` and at least one, at most 256. Their
  /// lengths are those of the data, whatever the rows say.
  public func links(
    of execution: ExecutionID, from position: Int64, bytes: Int64 = 4 << 20
  ) async throws(StoreError) -> [LogLink] {
    try await scope.all(
      """
      SELECT c.position, c.length, c.lines, c.first_line, c.assignment_id, c.spool_offset, c.step,
        c.node, c.recorded_at, c.digest, c.chain, c.data
      FROM (SELECT position, size, SUM(size) OVER (ORDER BY position) AS total FROM (
          SELECT position, LENGTH(data) AS size FROM log_chunk
          WHERE execution_id = $1 AND position >= $2 ORDER BY position LIMIT 256) AS following
        ) AS summed
      JOIN log_chunk c ON c.execution_id = $1 AND c.position = summed.position
      WHERE summed.total - summed.size < $3 ORDER BY c.position
      """, [.integer(execution.number), .integer(position), .integer(bytes)],
      as: LogLink.init(row:))
  }

  /// What the log must hold of each spool.
  public func claims(of execution: ExecutionID) async throws(StoreError) -> [SpoolClaim] {
    try await scope.all(
      """
      SELECT id, step, node, spool_offset, silent, truncated_from, state,
        CASE WHEN outcome IS NULL THEN 0 ELSE 1 END AS has_outcome
      FROM assignment WHERE execution_id = $1 ORDER BY id
      """, [.integer(execution.number)], as: SpoolClaim.init(row:))
  }
}
