import Spool
import Store

extension ArchiveEncoder {
  /// A frame's header and bytes; without a header when they are no frame.
  struct Piece {
    var header: FrameHeader?
    var bytes: ArraySlice<UInt8>
  }

  func nextFrame(of rest: inout ArraySlice<UInt8>) -> Piece {
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

  mutating func add(_ frame: Piece, of chunk: LogChunk) {
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
