import Database
import Model

/// How much of a segment of a stored log one step wrote on one node.
public struct LogSegmentPart: Sendable, Hashable, Codable {
  /// The step context, nil for the control plane's own lines.
  public var step: String?
  /// The node, nil for the control plane's own lines.
  public var node: String?
  /// Log entries.
  public var lines: Int64

  public init(step: String?, node: String?, lines: Int64) {
    self.step = step
    self.node = node
    self.lines = lines
  }
}

/// A part of a stored log that is read at once: where it is in the object, and what of the log it is.
public struct LogSegment: Sendable, Hashable {
  /// The position of its first byte in the log.
  public var position: Int64
  /// Bytes of the log.
  public var length: Int64
  /// Log entries in it.
  public var lines: Int64
  /// Log entries before it.
  public var firstLine: Int64
  /// Who wrote it, in the order of appearance.
  public var parts: [LogSegmentPart]
  /// Where it begins in the object.
  public var objectOffset: Int64
  /// Its bytes in the object.
  public var objectLength: Int64
  /// Its bytes when they are not compressed.
  public var contentLength: Int64
  /// SHA-256 of its bytes in the object.
  public var digest: [UInt8]
  /// What the log has and the object has not: the frames' kinds, times and lengths, as the room LogStorage writes them.
  public var frames: [UInt8]

  /// The position after it.
  public var end: Int64 { position + length }

  public init(
    position: Int64, length: Int64, lines: Int64, firstLine: Int64, parts: [LogSegmentPart],
    objectOffset: Int64, objectLength: Int64, contentLength: Int64, digest: [UInt8],
    frames: [UInt8]
  ) {
    self.position = position
    self.length = length
    self.lines = lines
    self.firstLine = firstLine
    self.parts = parts
    self.objectOffset = objectOffset
    self.objectLength = objectLength
    self.contentLength = contentLength
    self.digest = digest
    self.frames = frames
  }

  init(row: Row) throws(StoreError) {
    position = try row.int("position")
    length = try row.int("length")
    lines = try row.int("lines")
    firstLine = try row.int("first_line")
    parts = try StoredJSON.decode(try row.text("parts"), column: "log_segment.parts")
    objectOffset = try row.int("object_offset")
    objectLength = try row.int("object_length")
    contentLength = try row.int("content_length")
    digest = try row.blob("digest")
    frames = try row.optionalBlob("frames") ?? []
  }

  /// How many of its entries are selected.
  public func lines(selecting selection: LogSelection) -> Int64 {
    parts.reduce(0) { $0 + (selection.selects(step: $1.step, node: $1.node) ? $1.lines : 0) }
  }

  /// Whether any of its parts is selected, one without entries too.
  public func isSelected(by selection: LogSelection) -> Bool {
    parts.contains { selection.selects(step: $0.step, node: $0.node) }
  }
}

extension LogSelection {
  /// Whether what this step wrote on this node is asked for.
  public func selects(step: String?, node: String?) -> Bool {
    if let wanted = self.node, wanted != node { return false }
    guard let wanted = self.step else { return true }
    guard let step else { return false }
    return step == wanted || step.utf8.starts(with: "\(wanted)/".utf8)
  }
}

extension LogStorageStore {
  /// Adds segments of the object that `claim` writes. False when the claim was lost: nothing was added.
  public func add(
    _ segments: [LogSegment], of claim: LogStorageClaim
  ) async throws(StoreError) -> Bool {
    var statements: [Statement] = []
    for segment in segments {
      statements.append(
        Statement(
          """
          INSERT INTO log_segment (storage_id, claim, position, length, lines, first_line, parts,
            object_offset, object_length, content_length, digest, frames)
          SELECT s.id, s.claim, CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT),
            CAST($6 AS BIGINT), CAST($7 AS TEXT), CAST($8 AS BIGINT), CAST($9 AS BIGINT),
            CAST($10 AS BIGINT), $11, $12
          FROM log_storage AS s WHERE s.id = $1 AND s.claim = $2
          """,
          [
            .integer(claim.id), .integer(claim.number), .integer(segment.position),
            .integer(segment.length), .integer(segment.lines), .integer(segment.firstLine),
            .text(try StoredJSON.encode(segment.parts, column: "log_segment.parts")),
            .integer(segment.objectOffset), .integer(segment.objectLength),
            .integer(segment.contentLength), .blob(segment.digest), .blob(segment.frames),
          ]))
    }
    if statements.isEmpty { return true }
    return try await scope.batch(statements).allSatisfy { $0.changes == 1 }
  }

  /// The segments of one claim's object from the one that holds `position` on, at most `limit`.
  public func segments(
    of storage: Int64, claim: Int64, from position: Int64, limit: Int
  ) async throws(StoreError) -> [LogSegment] {
    try await scope.all(
      """
      SELECT position, length, lines, first_line, parts, object_offset, object_length,
        content_length, digest, frames
      FROM log_segment WHERE storage_id = $1 AND claim = $2 AND position >= COALESCE((
        SELECT MAX(position) FROM log_segment
        WHERE storage_id = $1 AND claim = $2 AND position <= $3), 0)
      ORDER BY position LIMIT $4
      """,
      [.integer(storage), .integer(claim), .integer(position), .integer(Int64(limit))],
      as: LogSegment.init(row:))
  }

  /// The same without the frames, backwards from the last segment that begins before `position`.
  public func outlines(
    of storage: Int64, claim: Int64, before position: Int64, limit: Int
  ) async throws(StoreError) -> [LogSegment] {
    try await outlines(storage, claim, "position < $3 ORDER BY position DESC", position, limit)
  }

  /// The same forwards, from the segment that begins at `position` or after it.
  public func outlines(
    of storage: Int64, claim: Int64, from position: Int64, limit: Int
  ) async throws(StoreError) -> [LogSegment] {
    try await outlines(storage, claim, "position >= $3 ORDER BY position", position, limit)
  }

  private func outlines(
    _ storage: Int64, _ claim: Int64, _ order: String, _ position: Int64, _ limit: Int
  ) async throws(StoreError) -> [LogSegment] {
    try await scope.all(
      """
      SELECT position, length, lines, first_line, parts, object_offset, object_length,
        content_length, digest, NULL AS frames
      FROM log_segment WHERE storage_id = $1 AND claim = $2 AND \(order) LIMIT $4
      """,
      [.integer(storage), .integer(claim), .integer(position), .integer(Int64(limit))],
      as: LogSegment.init(row:))
  }
}
