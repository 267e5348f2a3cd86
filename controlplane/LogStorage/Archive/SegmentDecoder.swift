import Compression
import Cryptography
import Logs
import Model
import Spool
import Store

/// Turns a segment of a stored log back into the chunks that it was made of, byte by byte.
struct SegmentDecoder {
  private let segment: LogSegment
  private var table: TableReader
  private var lines: ObjectLines
  private var time: Int64 = 0

  /// - Parameter bytes: the segment's bytes of the object, whose digest is checked here.
  init(
    _ segment: LogSegment, bytes: ArraySlice<UInt8>, isCompressed: Bool
  ) throws(LogStorageError) {
    guard Int64(bytes.count) == segment.objectLength, Digest.sha256(bytes) == segment.digest else {
      throw LogStorageError(
        .damaged, "the bytes from \(segment.objectOffset) on are not those that were written")
    }
    self.segment = segment
    var content = bytes
    do {
      if isCompressed {
        content = try Decompressor.content(of: bytes, limit: Int(segment.contentLength))[...]
      }
    } catch {
      throw LogStorageError(
        .damaged, "the frame at \(segment.objectOffset) cannot be read: \(error)")
    }
    lines = ObjectLines(content, base: segment.objectOffset)
    table = TableReader(try FrameTable.unpack(segment.frames))
  }

  /// Its chunks, or the parts of chunks that are in it.
  mutating func chunks() throws(LogStorageError) -> [LogChunk] {
    var chunks: [LogChunk] = []
    var (position, firstLine) = (segment.position, segment.firstLine)
    let count = try table.count()
    for _ in 0..<count {
      let piece = try piece(position: position, firstLine: firstLine)
      position = piece.end
      firstLine += piece.lines
      chunks.append(piece)
    }
    guard position == segment.end else { throw Self.mismatch(segment) }
    return chunks
  }

  private mutating func piece(
    position: Int64, firstLine: Int64
  ) throws(LogStorageError) -> LogChunk {
    let isContinuation = try table.byte() & 1 == 1
    let part = try table.count()
    let length = try table.count(most: Int(segment.length))
    let entries = try table.count(most: .max)
    let frames = try table.count()
    guard part < segment.parts.count else { throw Self.mismatch(segment) }
    var data: [UInt8] = []
    data.reserveCapacity(length)
    for _ in 0..<frames { try appendFrame(to: &data) }
    guard data.count == length else { throw Self.mismatch(segment) }
    return LogChunk(
      position: position, lines: Int64(entries), firstLine: firstLine,
      step: segment.parts[part].step, node: segment.parts[part].node, data: data,
      isContinuation: isContinuation)
  }

  private mutating func appendFrame(to data: inout [UInt8]) throws(LogStorageError) {
    let first = try table.byte()
    guard let form = FrameTable.Form(rawValue: first >> 6) else { throw Self.mismatch(segment) }
    if form == .raw {
      data += try table.slice(try table.count())
      return
    }
    guard let kind = FrameKind(rawValue: first & 0x3F) else { throw Self.mismatch(segment) }
    let flags = FrameFlags(rawValue: try table.byte())
    time &+= try table.zigzag()
    let length = try table.count(most: Frame.maximumPayload)
    let header = FrameHeader(payloadLength: length, kind: kind, flags: flags, time: time)
    withUnsafeTemporaryAllocation(byteCount: FrameHeader.size, alignment: 8) { room in
      header.write(to: room)
      data.append(contentsOf: room)
    }
    if form == .payload {
      data += try table.slice(length)
    } else {
      try lines.appendPayload(of: length, to: &data)
    }
  }

  private static func mismatch(_ segment: LogSegment) -> LogStorageError {
    LogStorageError(
      .damaged, "the segment at position \(segment.position) and its index do not fit together")
  }
}
