import CLinux
import Glibc
public import Spool

/// What was read from one stream and is not in the spool yet, in memory that begins with room for a frame's
/// header, so that a frame is written with one call and without a copy.
///
/// Small at first; grows to 256 KiB while reads fill it, and beyond while a single line needs it.
public struct LineBuffer: ~Copyable {
  /// The size at the beginning in bytes: a quiet step's supervisor stays small.
  static let smallest = 4 << 10
  /// What reads may fill when lines are short.
  static let usual = 256 << 10

  private var memory: UnsafeMutableRawBufferPointer
  private let kind: FrameKind
  /// Bytes of a line without an end, after the header's room.
  private var pending = 0

  public init(kind: FrameKind) {
    self.kind = kind
    let size = FrameHeader.size + Self.smallest
    memory = UnsafeMutableRawBufferPointer(start: malloc(size), count: size)
  }

  deinit { free(memory.baseAddress) }

  /// Where the next read may put bytes; never empty.
  public var room: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory[(FrameHeader.size + pending)...])
  }

  /// Takes `count` bytes that a read put into `room`, and hands out what can be written: one encoded frame, as
  /// bytes that are valid during the call. What is left waits for more.
  public mutating func take(
    _ count: Int, at time: Int64, write: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool {
    let filled = count == memory.count - FrameHeader.size - pending
    let newline = qd_last_index(
      memory.baseAddress! + FrameHeader.size + pending, 0x0a, count)
    let start = pending
    pending += count
    var fine = true
    if newline >= 0 {
      fine = emit(start + newline + 1, flags: [], at: time, write: write)
    } else if pending >= Frame.maximumPayload {
      fine = emit(cut(), flags: .continues, at: time, write: write)
    }
    if filled { grow() }
    return fine
  }

  /// The stream ended: hands out the line without an end, if there is one.
  public mutating func finish(
    at time: Int64, write: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool {
    pending == 0 || emit(pending, flags: .unterminated, at: time, write: write)
  }

  private mutating func emit(
    _ length: Int, flags: FrameFlags, at time: Int64, write: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool {
    FrameHeader(payloadLength: length, kind: kind, flags: flags, time: time).write(to: memory)
    let fine = write(UnsafeRawBufferPointer(rebasing: memory[..<(FrameHeader.size + length)]))
    pending -= length
    let payload = memory.baseAddress! + FrameHeader.size
    if pending > 0 { memmove(payload, payload + length, pending) }
    return fine
  }

  /// Where to cut a line that is too long: before a character that is not whole yet.
  private func cut() -> Int {
    let payload = memory.baseAddress! + FrameHeader.size
    for back in 1...3 {
      let byte = payload.load(fromByteOffset: pending - back, as: UInt8.self)
      if byte & 0xc0 == 0xc0 { return pending - back }
      if byte & 0x80 == 0 { break }
    }
    return pending
  }

  private mutating func grow() {
    let size = memory.count - FrameHeader.size
    let limit = pending * 2 > size || pending >= Self.usual ? Frame.maximumPayload : Self.usual
    guard size < limit else { return }
    let wanted = FrameHeader.size + min(size * 4, limit)
    guard let larger = realloc(memory.baseAddress, wanted) else { return }
    memory = UnsafeMutableRawBufferPointer(start: larger, count: wanted)
  }
}
