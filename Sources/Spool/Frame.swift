/// One record of a spool: a header and its payload.
public struct Frame: Sendable, Hashable {
  /// The longest payload in bytes. A longer line is cut and marked `continues`.
  public static let maximumPayload = 4 << 20

  public var kind: FrameKind
  public var flags: FrameFlags
  /// Microseconds since 1970-01-01T00:00:00Z.
  public var time: Int64
  public var payload: ArraySlice<UInt8>

  public init(
    _ kind: FrameKind, flags: FrameFlags = [], time: Int64, payload: ArraySlice<UInt8> = []
  ) {
    self.kind = kind
    self.flags = flags
    self.time = time
    self.payload = payload
  }

  /// A frame whose payload is text.
  public init(_ kind: FrameKind, flags: FrameFlags = [], time: Int64, text: String) {
    self.init(kind, flags: flags, time: time, payload: ArraySlice(text.utf8))
  }

  /// A line of the control plane's own.
  public static func server(_ line: String, level: ServerLineLevel, time: Int64) -> Frame {
    Frame(.server, flags: FrameFlags(rawValue: level.rawValue), time: time, text: line)
  }

  public var header: FrameHeader {
    FrameHeader(payloadLength: payload.count, kind: kind, flags: flags, time: time)
  }

  /// Bytes that the encoded frame takes.
  public var encodedSize: Int { FrameHeader.size + payload.count }

  /// The payload as text; bytes that are no UTF-8 become U+FFFD.
  public var text: String { String(decoding: payload, as: UTF8.self) }

  /// Appends the encoded frame. The payload must not be longer than `maximumPayload`.
  public func encode(into bytes: inout [UInt8]) {
    precondition(payload.count <= Frame.maximumPayload, "frame payload too long")
    withUnsafeTemporaryAllocation(byteCount: FrameHeader.size, alignment: 8) { room in
      header.write(to: room)
      bytes.append(contentsOf: room)
    }
    bytes.append(contentsOf: payload)
  }

  /// The encoded frame.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(encodedSize)
    encode(into: &bytes)
    return bytes
  }
}

/// What is wrong with the bytes of a spool. A torn tail is not an error.
public enum SpoolError: Error, Sendable, Hashable {
  /// A frame at this byte position has a kind nobody knows.
  case unknownKind(UInt8, offset: Int)
  /// A frame at this byte position says it is longer than `Frame.maximumPayload`.
  case oversized(Int, offset: Int)
  /// The file does not begin with `SpoolFile.magic`.
  case notASpool
  /// The payload of a frame of this kind is too short.
  case badPayload(FrameKind)
}
