import CLinux
import Glibc
import Spool

/// The reading end of one of the step's streams.
struct OutputStream: ~Copyable {
  /// The reading end, or -1 when the stream has ended.
  private(set) var file: Int32
  private var buffer: LineBuffer
  private var isWide = false

  init(file: Int32, kind: FrameKind) {
    self.file = file
    buffer = LineBuffer(kind: kind)
    _ = fcntl(file, F_SETFL, O_NONBLOCK)
  }

  /// Reads once. Returns whether there may be more at once.
  mutating func readOnce(into spool: SpoolAppender) -> Bool {
    guard file >= 0 else { return false }
    let room = buffer.room
    let count = read(file, room.baseAddress, room.count)
    if count > 0 {
      widen(count)
      _ = buffer.take(count, at: Clock.wall) { spool.append($0) }
      return true
    }
    if count < 0, errno == EINTR { return true }
    if count < 0, errno == EAGAIN { return false }
    close(spool)
    return false
  }

  /// Reads all that is there.
  mutating func drain(into spool: SpoolAppender) {
    while readOnce(into: spool) {}
  }

  /// Ends the stream; a line without an end is complete now.
  mutating func close(_ spool: SpoolAppender) {
    guard file >= 0 else { return }
    _ = buffer.finish(at: Clock.wall) { spool.append($0) }
    _ = Glibc.close(file)
    file = -1
  }

  /// A step that prints much gets a larger pipe, so that one read brings more.
  private mutating func widen(_ count: Int) {
    guard !isWide, count >= 32 << 10 else { return }
    isWide = true
    _ = qd_pipe_size(file, Int32(LineBuffer.usual))
  }
}

/// The two clocks in microseconds.
enum Clock {
  /// Since 1970.
  static var wall: Int64 { now(CLOCK_REALTIME) }
  /// Since some moment; never jumps.
  static var steady: Int64 { now(CLOCK_MONOTONIC) }

  private static func now(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
