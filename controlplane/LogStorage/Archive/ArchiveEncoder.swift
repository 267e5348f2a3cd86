import Compression
import Cryptography
import Logs
import Model
import Spool
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

  private let user: String
  private var compressor: Compressor?
  private var digest = Digest(.sha256)
  private(set) var objectSize: Int64 = 0
  private(set) var lines: Int64 = 0
  private(set) var position: Int64
  private var segment = OpenSegment()
  private var prefixes = PrefixCache()

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
  mutating func begin() throws(LogStorageError) -> Output {
    Output(bytes: try emit(RundeckLog.head), segment: nil)
  }

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
    if hasTail { outputs.append(Output(bytes: try emit(RundeckLog.tail), segment: nil)) }
    return outputs
  }

  /// SHA-256 of the whole object.
  consuming func objectDigest() -> [UInt8] { digest.finish() }

  private mutating func begin(_ chunk: LogChunk, continuing: Bool) {
    if segment.length == 0 { segment = OpenSegment(position: position, firstLine: lines) }
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
    return Output(
      bytes: bytes,
      segment: open.closed(
        objectOffset: offset, objectLength: Int64(bytes.count), digest: Digest.sha256(bytes)))
  }

  private mutating func emit(_ content: [UInt8]) throws(LogStorageError) -> [UInt8] {
    var bytes = content
    do {
      if compressor != nil { bytes = try compressor!.frame(of: content) }
    } catch {
      throw LogStorageError(.unavailable, "compression failed: \(error)")
    }
    digest.update(bytes)
    objectSize += Int64(bytes.count)
    return bytes
  }

  /// A frame's header and bytes; without a header when they are no frame.
  private struct Piece {
    var header: FrameHeader?
    var bytes: ArraySlice<UInt8>
  }

  private func nextFrame(of rest: inout ArraySlice<UInt8>) -> Piece {
    let header = rest.withUnsafeBytes { raw -> FrameHeader? in
      guard raw.count >= FrameHeader.size, raw[6] == 0, raw[7] == 0,
        let header = try? FrameHeader(raw)
      else { return nil }
      return raw.count >= FrameHeader.size + header.payloadLength ? header : nil
    }
    let length = header.map { FrameHeader.size + $0.payloadLength } ?? rest.count
    defer { rest = rest.dropFirst(length) }
    return Piece(header: header, bytes: rest.prefix(length))
  }

  private mutating func add(_ frame: Piece, of chunk: LogChunk) {
    position += Int64(frame.bytes.count)
    guard let header = frame.header else { return segment.addRaw(frame.bytes) }
    let payload = frame.bytes.dropFirst(FrameHeader.size)
    guard let level = Self.level(of: header) else {
      return segment.add(header, payload: payload, isKept: true)
    }
    segment.add(header, payload: payload, isKept: false)
    let prefix = prefixes.prefix(
      time: header.time, level: level, step: chunk.step, node: chunk.node, user: user)
    RundeckLogWriter.appendLines(of: payload, prefix: prefix, to: &segment.content)
  }

  /// The level of a frame's lines; nil for one that is no lines.
  static func level(of header: FrameHeader) -> String? {
    switch header.kind {
    case .stdout: return "NORMAL"
    case .stderr: return "ERROR"
    case .notice: return "WARN"
    case .server:
      switch ServerLineLevel(rawValue: header.flags.rawValue) {
      case .error: return "ERROR"
      case .warning: return "WARN"
      case .verbose: return "VERBOSE"
      case .debug: return "DEBUG"
      case .normal, nil: return "NORMAL"
      }
    default: return nil
    }
  }
}

/// What stands before the messages of one second, one level and one place: mostly the same many times over.
private struct PrefixCache: Sendable {
  private var second = Int64.min
  private var level = ""
  private var step: String?
  private var node: String?
  private var bytes: [UInt8] = []

  mutating func prefix(
    time: Int64, level: String, step: String?, node: String?, user: String
  ) -> [UInt8] {
    let second = time.flooredQuotient(by: 1_000_000)
    if second == self.second && level == self.level && step == self.step && node == self.node {
      return bytes
    }
    (self.second, self.level, self.step, self.node) = (second, level, step, node)
    var metadata = ["user": user]
    metadata["node"] = node
    metadata["stepctx"] = step
    metadata["step"] = step.map { String($0.prefix { $0 != "/" && $0 != "@" }) }
    bytes = RundeckLogWriter.prefix(
      time: Instant(microseconds: time), level: level, metadata: metadata)
    return bytes
  }
}
