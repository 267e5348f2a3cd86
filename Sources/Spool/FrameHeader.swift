/// What a frame of a spool says.
public enum FrameKind: UInt8, Sendable, Hashable, CaseIterable {
  /// The agent means to start the step. Payload: the agent host's boot id, UTF-8.
  case accepted = 1
  /// The step's process runs. Payload: `StartedPayload`.
  case started = 2
  /// Output of the step's standard output: whole lines, raw bytes.
  case stdout = 3
  /// Output of the step's standard error: whole lines, raw bytes.
  case stderr = 4
  /// The step's process tree is gone. Payload: `EndedPayload`.
  case ended = 5
  /// Nobody can know any more how the step ended. Payload: why, UTF-8.
  case lost = 6
  /// The step could not be started. Payload: why, UTF-8.
  case notStarted = 7
  /// A remark of the supervisor. Payload: UTF-8.
  case notice = 8
  /// A line of the control plane's own. Payload: UTF-8; the flags hold a `ServerLineLevel`.
  case server = 9
  /// The step was killed and some of its processes are still there. Not final; comes again when others are
  /// there, and `ended` settles it. Payload: their numbers in decimal, separated by spaces, UTF-8; of very many
  /// only the first.
  case unconfirmed = 10
  /// Output that was not kept, because the spool was full and the step may not wait. Stands where it is missing.
  /// Payload: `DroppedPayload`.
  case dropped = 11

  /// Whether a spool ends with a frame of this kind.
  public var isFinal: Bool {
    switch self {
    case .ended, .lost, .notStarted: true
    case .accepted, .started, .stdout, .stderr, .notice, .server, .unconfirmed, .dropped: false
    }
  }

  /// Whether a reader of the log sees this frame's payload as lines.
  public var isOutput: Bool {
    switch self {
    case .stdout, .stderr, .notice, .server: true
    case .accepted, .started, .ended, .lost, .notStarted, .unconfirmed, .dropped: false
    }
  }
}

/// Remarks on the payload of a `stdout` or `stderr` frame.
public struct FrameFlags: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The last line of this frame has no newline and is complete all the same: the stream ended.
  public static let unterminated = FrameFlags(rawValue: 1)
  /// A line longer than `Frame.maximumPayload` was cut here; the next frame of the stream goes on.
  public static let continues = FrameFlags(rawValue: 2)
}

/// How important a `server` frame's line is: Rundeck's log levels.
public enum ServerLineLevel: UInt8, Sendable, Hashable, CaseIterable {
  case error = 0
  case warning = 1
  case normal = 2
  case verbose = 3
  case debug = 4
}

/// The 16 bytes before each payload, little endian: u32 payload length, u8 kind, u8 flags, u16 zero,
/// i64 time.
public struct FrameHeader: Sendable, Hashable {
  /// The length of an encoded header in bytes.
  public static let size = 16

  public var payloadLength: Int
  public var kind: FrameKind
  public var flags: FrameFlags
  /// Microseconds since 1970-01-01T00:00:00Z: when every line of the frame was read.
  public var time: Int64

  public init(payloadLength: Int, kind: FrameKind, flags: FrameFlags = [], time: Int64) {
    self.payloadLength = payloadLength
    self.kind = kind
    self.flags = flags
    self.time = time
  }

  /// The payload's length in an encoded header, also of a kind that this program does not know: what a reader that
  /// goes from header to header needs to skip it.
  ///
  /// `bytes` holds at least `size` bytes; `offset` is only for the error.
  public static func payloadLength(
    in bytes: UnsafeRawBufferPointer, at offset: Int = 0
  ) throws(SpoolError) -> Int {
    let length = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
    guard length <= Frame.maximumPayload else { throw .oversized(Int(length), offset: offset) }
    return Int(length)
  }

  /// Reads a header. `bytes` holds at least `size` bytes; `offset` is only for the error.
  public init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) throws(SpoolError) {
    payloadLength = try Self.payloadLength(in: bytes, at: offset)
    guard let kind = FrameKind(rawValue: bytes[4]) else {
      throw .unknownKind(bytes[4], offset: offset)
    }
    self.kind = kind
    flags = FrameFlags(rawValue: bytes[5])
    time = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self))
  }

  /// Writes the header into the first `size` bytes of `bytes`.
  public func write(to bytes: UnsafeMutableRawBufferPointer) {
    bytes.storeBytes(of: UInt32(payloadLength).littleEndian, as: UInt32.self)
    bytes[4] = kind.rawValue
    bytes[5] = flags.rawValue
    bytes[6] = 0
    bytes[7] = 0
    bytes.storeBytes(of: time.littleEndian, toByteOffset: 8, as: Int64.self)
  }
}
