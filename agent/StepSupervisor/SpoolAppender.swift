import CLinux
import Glibc
import Spool

/// Writes frames to the end of the spool, whole and in order.
///
/// `write` is enough for what is promised: a page that the kernel took survives the death of every process
/// here. Nothing is flushed to the disk. When the host itself dies, frames that were not shipped may be
/// gone; the next start finds another boot id and reports the step as lost with the host, never as a
/// success, so a missing tail is never mistaken for a complete log.
///
/// Output that finds no room waits, or is dropped and counted. Frames of the supervisor's own find room on
/// a full disk all the same: blocks for them are reserved before the output that would take them.
final class SpoolAppender {
  /// What is done with output that finds no room.
  enum Waiting {
    /// It waits: nobody reads the step's pipes meanwhile.
    case goOn
    /// The step was ended by force and is gone: what it said last must not keep its end from being told.
    case giveUp
  }

  /// Bytes on the disk that only the supervisor's own frames may take.
  static let reserve: Int64 = 1 << 10
  /// The least that is reserved ahead of the output when it leaves the file's first block.
  static let leastAhead: Int64 = 16 << 10
  /// Bytes below the spool's limit that only they may take.
  static let margin: Int64 = 64 << 10
  /// How much more room than needed there must be before dropping ends, so that there are few marks.
  static let resumeRoom: Int64 = 256 << 10

  let file: Int32
  let limit: Int64?
  let isTruncating: Bool
  /// Called while there is no room: looks after signals and timers and returns after a while.
  let whileFull: () -> Waiting
  var hasGivenUp = false
  /// Bytes that were dropped since the last `dropped` frame.
  var dropped: UInt64 = 0
  /// Where the file ends.
  var size: Int64 = 0
  /// Where the file's blocks end.
  var reserved: Int64 = 0
  private var block: Int64 = 4096
  var canReserve = true
  /// Bytes at the front that have no blocks any more, because they were shipped.
  var freed: Int64 = 0
  /// Where a frame begins that is not whole yet.
  var partial: Int64?

  init(
    file: Int32, limit: UInt64? = nil, isTruncating: Bool = false,
    whileFull: @escaping () -> Waiting
  ) {
    self.file = file
    self.limit = limit.map { Int64(clamping: $0) }
    self.isTruncating = isTruncating
    self.whileFull = whileFull
    var status = stat()
    guard fstat(file, &status) == 0 else { return }
    size = Int64(status.st_size)
    block = max(512, min(4096, Int64(status.st_blksize)))
    // A block that was begun is ours to its end: a quiet step needs nothing more.
    reserved = wholeBlocks
  }

  /// Where the blocks end that the file needs anyway.
  var wholeBlocks: Int64 { (size + block - 1) / block * block }

  /// Waits until the disk has room for the supervisor's own frames. False: the step is not to be started
  /// any more.
  func prepare() -> Bool {
    while !reserveRoom(for: 0) {
      if case .giveUp = whileFull() { return false }
    }
    return true
  }

  /// Writes an encoded frame of the step's output, or drops it. Returns false when the file cannot be
  /// written at all.
  func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    while true {
      if !hasGivenUp, hasRoom(for: Int64(bytes.count)) {
        writeDropped()
        switch write(bytes, canWait: !isTruncating) {
        case .done: return true
        case .broken: return false
        case .full: break
        }
      } else if !isTruncating, !hasGivenUp, case .goOn = whileFull() {
        continue
      }
      // Nothing follows a gap that is not marked, and the mark is the last frame but one then.
      hasGivenUp = hasGivenUp || !isTruncating
      dropped += UInt64(bytes.count - FrameHeader.size)
      return true
    }
  }

  /// Writes a frame of the supervisor's own, however long the disk is full.
  @discardableResult
  func append(_ frame: Frame) -> Bool {
    undo()
    return frame.bytes.withUnsafeBytes { bytes in
      while true {
        switch write(bytes, canWait: false) {
        case .done: return true
        case .broken: return false
        case .full: _ = whileFull()
        }
      }
    }
  }

  /// Writes a frame of the supervisor's own if there is room for it.
  func appendIfRoom(_ frame: Frame) -> Bool {
    undo()
    return frame.bytes.withUnsafeBytes { write($0, canWait: false) == .done }
  }

  /// Says what was dropped, if something was. Nothing but the step's end follows.
  func finish() { writeDropped() }

  /// Gives back the blocks that nothing was written to.
  func trim() {
    if reserved > wholeBlocks { _ = ftruncate(file, off_t(size)) }
  }

  private func writeDropped() {
    guard dropped > 0 else { return }
    let payload = DroppedPayload(count: dropped).bytes
    dropped = 0
    append(Frame(.dropped, time: Clock.wall, payload: payload[...]))
  }
}
