import CLinux
import Glibc
public import Masking
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
  /// Nil costs nothing.
  private let masker: SecretMasker?
  /// Bytes of a line without an end, after the header's room.
  private var pending = 0

  /// - Parameter masker: replaces what must not be seen. What may be the beginning of a secret waits for more, with
  ///   the lines that it is in.
  public init(kind: FrameKind, masker: SecretMasker? = nil) {
    self.kind = kind
    self.masker = masker
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
    guard pending > 0 else { return true }
    let last = memory[FrameHeader.size + pending - 1]
    return emit(
      pending, flags: last == 0x0a ? [] : .unterminated, at: time, isLast: true, write: write)
  }

  private mutating func emit(
    _ length: Int, flags: FrameFlags, at time: Int64, isLast: Bool = false,
    write: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool {
    if let masker {
      return emitMasked(length, masker, flags: flags, at: time, isLast: isLast, write: write)
    }
    FrameHeader(payloadLength: length, kind: kind, flags: flags, time: time).write(to: memory)
    let fine = write(UnsafeRawBufferPointer(rebasing: memory[..<(FrameHeader.size + length)]))
    remove(length)
    return fine
  }

  private mutating func remove(_ length: Int) {
    pending -= length
    let payload = memory.baseAddress! + FrameHeader.size
    if pending > 0 { memmove(payload, payload + length, pending) }
  }

  private mutating func emitMasked(
    _ length: Int, _ masker: SecretMasker, flags: FrameFlags, at time: Int64, isLast: Bool,
    write: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool {
    let payload = UnsafeRawBufferPointer(
      rebasing: memory[FrameHeader.size..<(FrameHeader.size + length)])
    let findings = masker.scan(payload)
    var end = isLast ? length : findings.safeEnd(of: payload, isWholeLines: flags.isEmpty)
    if end == 0 {
      // Waits for more, unless there is no room for more.
      guard pending >= Frame.maximumPayload else { return true }
      end = length
    }
    var masked: [UInt8] = []
    masker.append(payload, upTo: end, findings, to: &masked)
    remove(end)
    return Self.write(masked, kind: kind, flags: flags, at: time, write: write)
  }

  /// In several frames if need be: what replaces a short secret is longer than it.
  private static func write(
    _ payload: [UInt8], kind: FrameKind, flags: FrameFlags, at time: Int64,
    write: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool {
    var rest = payload[...]
    repeat {
      let part = rest.prefix(Frame.maximumPayload)
      rest = rest.dropFirst(part.count)
      let frame = Frame(kind, flags: rest.isEmpty ? flags : .continues, time: time, payload: part)
      guard frame.bytes.withUnsafeBytes({ write($0) }) else { return false }
    } while !rest.isEmpty
    return true
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

extension SecretMasker.Findings {
  /// Up to where bytes may be handed out although more may follow: to the end, or to before what may be the
  /// beginning of a secret; when the bytes are whole lines, to the end of a line.
  fileprivate func safeEnd(of bytes: UnsafeRawBufferPointer, isWholeLines: Bool) -> Int {
    var end = bytes.count - pending
    while true {
      let cut = cut(before: end)
      if cut == bytes.count || cut == 0 || !isWholeLines { return cut }
      let line = qd_last_index(bytes.baseAddress!, 0x0a, cut) + 1
      if line == cut { return line }
      end = line
    }
  }
}
