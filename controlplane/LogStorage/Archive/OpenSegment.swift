import Logs
import Spool
import Store

/// A segment that is being written.
struct OpenSegment: Sendable {
  private let position: Int64
  private let firstLine: Int64
  /// Bytes of the log in it.
  private(set) var length = 0
  /// Its part of the object.
  var content: [UInt8] = []
  /// Entries of the open piece.
  var pieceLines: Int64 = 0
  private var parts: [LogSegmentPart] = []
  private var part = 0
  private var continuesChunk = false
  private var pieceStart = 0
  private var pieceFrames = 0
  private var frames: [UInt8] = []
  private var pieces = 0
  private var table: [UInt8] = []
  private var time: Int64 = 0

  init(position: Int64 = 0, firstLine: Int64 = 0) {
    self.position = position
    self.firstLine = firstLine
  }

  /// A segment that is about to be filled: it grows without being copied.
  static func begun(position: Int64, firstLine: Int64) -> OpenSegment {
    var segment = OpenSegment(position: position, firstLine: firstLine)
    segment.content.reserveCapacity(ArchiveEncoder.segmentBytes + Frame.maximumPayload * 2)
    return segment
  }

  mutating func beginPiece(step: String?, node: String?, continuing: Bool) {
    if let index = parts.firstIndex(where: { $0.step == step && $0.node == node }) {
      part = index
    } else {
      part = parts.count
      parts.append(LogSegmentPart(step: step, node: node, lines: 0))
    }
    continuesChunk = continuing
    (pieceStart, pieceLines, pieceFrames) = (length, 0, 0)
    frames.removeAll(keepingCapacity: true)
  }

  mutating func endPiece() {
    pieces += 1
    parts[part].lines += pieceLines
    table.append(continuesChunk ? 1 : 0)
    table.appendVarint(UInt64(part))
    table.appendVarint(UInt64(length - pieceStart))
    table.appendVarint(UInt64(max(pieceLines, 0)))
    table.appendVarint(UInt64(pieceFrames))
    table += frames
  }

  /// A frame whose payload is lines, or, when `isKept`, stays in the table.
  mutating func add(_ header: FrameHeader, payload: ArraySlice<UInt8>, isKept: Bool) {
    begin(isKept ? .payload : .lines, kind: header.kind.rawValue)
    frames.append(header.flags.rawValue)
    frames.appendZigzag(header.time &- time)
    frames.appendVarint(UInt64(payload.count))
    time = header.time
    if isKept { frames += payload }
    if header.kind.isOutput { pieceLines += LogLines.count(in: payload) }
    length += FrameHeader.size + payload.count
  }

  /// Bytes that are no frame.
  mutating func addRaw(_ bytes: ArraySlice<UInt8>) {
    begin(.raw, kind: 0)
    frames.appendVarint(UInt64(bytes.count))
    frames += bytes
    length += bytes.count
  }

  private mutating func begin(_ form: FrameTable.Form, kind: UInt8) {
    pieceFrames += 1
    frames.append(form.rawValue << 6 | kind & 0x3F)
  }

  func closed(objectOffset: Int64, objectLength: Int64, digest: [UInt8]) -> LogSegment {
    var whole: [UInt8] = []
    whole.appendVarint(UInt64(pieces))
    whole += table
    return LogSegment(
      position: position, length: Int64(length), lines: parts.reduce(0) { $0 + $1.lines },
      firstLine: firstLine, parts: parts, objectOffset: objectOffset, objectLength: objectLength,
      contentLength: Int64(content.count), digest: digest, frames: FrameTable.pack(whole))
  }
}
