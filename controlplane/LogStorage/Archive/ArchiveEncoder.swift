import Compression
import Store

/// Turns chunks of a log into an object in Rundeck's format and the index that leads from the log's positions into it.
///
/// The object is cut into segments that can be read alone; compressed ones are frames of their own. The same chunks give
/// the same object.
struct ArchiveEncoder: ~Copyable {
  /// A segment ends with the frame that makes its content this long.
  static let segmentBytes = 256 << 10

  /// Bytes of the object and what is to be known about them; the head and the tail belong to no segment.
  struct Output: Sendable {
    var bytes: [UInt8]
    var segment: LogSegment?
  }

  let user: String
  private var compressor: Compressor?
  private var digest = ObjectDigest()
  private(set) var objectSize: Int64 = 0
  private(set) var lines: Int64 = 0
  var position: Int64
  var segment = OpenSegment()
  var prefixes = LinePrefixes()

  /// - Parameters:
  ///   - user: who ran the execution, for the entries' metadata.
  ///   - level: how hard to compress; nil keeps the text as it is.
  init(user: String, level: Int?) throws(LogStorageError) {
    self.user = user
    position = 0
    do {
      if let level { compressor = try Compressor(level: level) }
    } catch {
      throw LogStorageError(.unavailable, "compression cannot begin: \(error)")
    }
  }

  /// The object's first bytes.
  mutating func begin() throws(LogStorageError) -> Output { try edge(RundeckLog.head) }

  /// The segments that are full with this chunk, in their order.
  mutating func take(_ chunk: LogChunk) throws(LogStorageError) -> [Output] {
    guard chunk.position == position else {
      throw LogStorageError(
        .damaged, "the log has a gap: position \(position) is followed by \(chunk.position)")
    }
    var outputs: [Output] = []
    var rest = chunk.data[...]
    var left = chunk.lines
    begin(chunk, continuing: chunk.isContinuation)
    while !rest.isEmpty {
      add(nextFrame(of: &rest), of: chunk)
      if segment.content.count >= Self.segmentBytes && !rest.isEmpty {
        segment.pieceLines = min(segment.pieceLines, left)
        left -= segment.pieceLines
        outputs.append(try close())
        begin(chunk, continuing: true)
      }
    }
    segment.pieceLines = left
    segment.endPiece()
    lines += left
    if segment.content.count >= Self.segmentBytes { outputs.append(try closeSegment()) }
    return outputs
  }

  /// What is left, and the object's last bytes if it is to have some.
  mutating func finish(hasTail: Bool = true) throws(LogStorageError) -> [Output] {
    var outputs: [Output] = []
    if segment.length > 0 { outputs.append(try closeSegment()) }
    if hasTail { outputs.append(try edge(RundeckLog.tail)) }
    return outputs
  }

  /// The digest of the whole object.
  func objectDigest() -> [UInt8] { digest.value }

  private mutating func begin(_ chunk: LogChunk, continuing: Bool) {
    if segment.length == 0 { segment = .begun(position: position, firstLine: lines) }
    segment.beginPiece(step: chunk.step, node: chunk.node, continuing: continuing)
  }

  private mutating func close() throws(LogStorageError) -> Output {
    lines += segment.pieceLines
    segment.endPiece()
    return try closeSegment()
  }

  private mutating func closeSegment() throws(LogStorageError) -> Output {
    let open = segment
    segment = OpenSegment(position: position, firstLine: lines)
    let offset = objectSize
    let bytes = try emit(open.content)
    let part = digest.take(bytes)
    return Output(
      bytes: bytes,
      segment: open.closed(
        objectOffset: offset, objectLength: Int64(bytes.count), digest: part))
  }

  /// The head or the tail.
  private mutating func edge(_ content: [UInt8]) throws(LogStorageError) -> Output {
    let bytes = try emit(content)
    digest.take(bytes)
    return Output(bytes: bytes, segment: nil)
  }

  private mutating func emit(_ content: [UInt8]) throws(LogStorageError) -> [UInt8] {
    var bytes = content
    do {
      if compressor != nil { bytes = try compressor!.frame(of: content) }
    } catch {
      throw LogStorageError(.unavailable, "compression failed: \(error)")
    }
    objectSize += Int64(bytes.count)
    return bytes
  }
}
