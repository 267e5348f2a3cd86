import CLinux
import Glibc
import Masking
import Spool

/// The reading end of one of the step's streams.
struct OutputStream: ~Copyable {
  /// The reading end, or -1 when the stream has ended.
  private(set) var file: Int32
  private var buffer: LineBuffer
  private var isWide = false

  /// A pipe cannot hold more by far: whoever goes on writing is not waited for.
  private static let mostDrained = 16 << 20

  init(file: Int32, kind: FrameKind, masker: SecretMasker?) {
    self.file = file
    buffer = LineBuffer(kind: kind, masker: masker)
    _ = fcntl(file, F_SETFL, O_NONBLOCK)
  }

  /// Reads once. Returns how many bytes came; 0 when there is nothing to read now.
  @discardableResult
  mutating func readOnce(into spool: SpoolAppender) -> Int {
    guard file >= 0 else { return 0 }
    let room = buffer.room
    let count = read(file, room.baseAddress, room.count)
    if count > 0 {
      widen(count)
      _ = buffer.take(count, at: Clock.wall) { spool.append($0) }
      return count
    }
    if count < 0, errno == EINTR { return readOnce(into: spool) }
    if count < 0, errno == EAGAIN { return 0 }
    close(spool)
    return 0
  }

  /// Reads all that is there.
  mutating func drain(into spool: SpoolAppender) {
    var total = 0
    while total < Self.mostDrained {
      let count = readOnce(into: spool)
      if count == 0 { return }
      total += count
    }
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
