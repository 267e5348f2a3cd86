import Compression
import Store

/// What a segment of a log has and its part of the object has not: which chunk and which frame each line belongs to, with
/// times and kinds. Frames that are no lines are in it as they are.
///
/// The coding: one byte for how the rest is packed (1 plain, 2 a Zstandard frame), then the number of pieces and the
/// pieces. Numbers are varints. A piece: flags (1: goes on with the chunk of the piece before), the part's index, bytes,
/// entries, the number of frames, the frames. A frame: a byte with its form (upper two bits) and kind, then for `lines`
/// and `payload`: flags, the time's difference from the frame before (zigzag), the payload's length, and for `payload`
/// the payload; for `raw`: the length and the bytes.
enum FrameTable {
  /// How a frame is kept.
  enum Form: UInt8 {
    /// Its payload is lines of the object.
    case lines = 0
    /// Its payload is in the table.
    case payload = 1
    /// Bytes that are no frame as the spool's format has it: header and all.
    case raw = 2
  }

  struct Piece: Sendable, Hashable {
    var position: Int64
    var continuesChunk: Bool
    var part: Int
    var length: Int
    var lines: Int64
    var frames: Int
  }

  /// The longest table, unpacked.
  static let limit = 256 << 20

  /// The pieces of a segment without their frames.
  static func pieces(of segment: LogSegment) throws(LogStorageError) -> [Piece] {
    var table = TableReader(try unpack(segment.frames))
    var pieces: [Piece] = []
    var position = segment.position
    let count = try table.count()
    for _ in 0..<count {
      let flags = try table.byte()
      let part = try table.count(most: segment.parts.count - 1)
      let length = try table.count(most: Int(segment.length))
      let lines = Int64(try table.count(most: .max))
      let frames = try table.count()
      for _ in 0..<frames { try table.skipFrame() }
      pieces.append(
        Piece(
          position: position, continuesChunk: flags & 1 == 1, part: part, length: length,
          lines: lines, frames: frames))
      position += Int64(length)
    }
    return pieces
  }

  static func pack(_ table: [UInt8]) -> [UInt8] {
    if table.count > 512, var compressor = try? Compressor(level: 1),
      let packed = try? compressor.frame(of: table), packed.count < table.count
    {
      return [2] + packed
    }
    return [1] + table
  }

  static func unpack(_ bytes: [UInt8]) throws(LogStorageError) -> [UInt8] {
    switch bytes.first {
    case 1: return Array(bytes.dropFirst())
    case 2:
      do {
        return try Decompressor.content(of: bytes.dropFirst(), limit: limit)
      } catch {
        throw LogStorageError(.damaged, "the index of a segment cannot be read: \(error)")
      }
    default: throw LogStorageError(.damaged, "the index of a segment is none")
    }
  }
}
