import Cryptography
import Store

/// Bytes of an object that are read back at once, and the segments in them; without any it is the object's last.
struct ArchivePortion: Sendable {
  /// How many segments a portion has at most. Two portions are in memory at once.
  static let segments = 16

  let offset: Int64
  let bytes: [UInt8]
  let segments: [LogSegment]

  var isLast: Bool { segments.isEmpty }
  /// The object's position after it.
  var end: Int64 { offset + Int64(bytes.count) }
  /// The log's position after it.
  var logEnd: Int64 { segments.last?.end ?? 0 }

  /// Its bytes from one position of the object to another; nil when it has not got them.
  func slice(_ from: Int64, _ to: Int64) -> ArraySlice<UInt8>? {
    guard offset <= from, from <= to, to <= end else { return nil }
    return bytes[Int(from - offset)..<Int(to - offset)]
  }
}

/// A part of an object that was read back: a segment with its chunks, or what is before, between and behind segments.
struct ArchivePart: Sendable {
  let digest: [UInt8]
  let chunks: [LogChunk]

  /// The parts of a portion in their order, read side by side. Throws `damaged` for what is not what was written.
  static func parts(
    of portion: ArchivePortion, key: String, isCompressed: Bool
  ) async throws -> [ArchivePart] {
    try await withThrowingTaskGroup(of: (Int, ArchivePart).self) { group in
      for (index, range) in try ranges(of: portion, key: key).enumerated() {
        group.addTask { (index, try part(range.bytes, range.segment, isCompressed)) }
      }
      var parts: [(Int, ArchivePart)] = []
      for try await part in group { parts.append(part) }
      return parts.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private static func part(
    _ bytes: ArraySlice<UInt8>, _ segment: LogSegment?, _ isCompressed: Bool
  ) throws -> ArchivePart {
    guard let segment else { return ArchivePart(digest: Digest.sha256(bytes), chunks: []) }
    var decoder = try SegmentDecoder(segment, bytes: bytes, isCompressed: isCompressed)
    return ArchivePart(digest: segment.digest, chunks: try decoder.chunks())
  }

  /// Each segment's bytes, and what no segment has.
  private static func ranges(
    of portion: ArchivePortion, key: String
  ) throws -> [(bytes: ArraySlice<UInt8>, segment: LogSegment?)] {
    var ranges: [(bytes: ArraySlice<UInt8>, segment: LogSegment?)] = []
    var position = portion.offset
    for segment in portion.segments {
      let end = segment.objectOffset + segment.objectLength
      guard let between = portion.slice(position, segment.objectOffset),
        let bytes = portion.slice(segment.objectOffset, end)
      else { throw LogStorageError(.damaged, "the index of \(key) has a gap") }
      if !between.isEmpty { ranges.append((between, nil)) }
      ranges.append((bytes, segment))
      position = end
    }
    if let rest = portion.slice(position, portion.end), !rest.isEmpty {
      ranges.append((rest, nil))
    }
    return ranges
  }
}
