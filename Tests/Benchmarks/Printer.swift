import Glibc

/// What this program does as a step of its own benchmark: prints numbered lines at a steady rate, so that whoever reads
/// them knows of each that is lost, comes twice or comes out of order.
enum Printer {
  /// The bytes of a line with its newline.
  static let lineLength = 100
  /// The lines of each 50 ms at 1 MB/s.
  private static let linesPerTick = 500
  private static let tick: Int64 = 50_000_000

  /// The first argument that makes the program do so; the second is for how many seconds.
  static let argument = "print-lines"

  /// The lines that are printed in so many seconds.
  static func lineCount(seconds: Int) -> Int { seconds * 20 * linesPerTick }

  /// Does so and ends the process.
  static func run(seconds: Int) -> Never {
    var start = timespec()
    clock_gettime(CLOCK_MONOTONIC, &start)
    let begin = Int64(start.tv_sec) * 1_000_000_000 + Int64(start.tv_nsec)
    var buffer: [UInt8] = []
    for tick in 0..<seconds * 20 {
      buffer.removeAll(keepingCapacity: true)
      for number in tick * linesPerTick..<(tick + 1) * linesPerTick { append(number, to: &buffer) }
      guard writeAll(buffer) else { exit(1) }
      sleep(until: begin + Int64(tick + 1) * Self.tick)
    }
    exit(0)
  }

  /// The first argument that makes the program print what a service might log; the second is how many lines.
  static let logArgument = "print-log"

  /// Does so and ends the process. The lines are the same each time.
  static func log(lines: Int) -> Never {
    var state: UInt64 = 1
    func random(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    let levels = ["INFO ", "INFO ", "INFO ", "DEBUG", "WARN "]
    let verbs = ["accepted", "stored", "forwarded", "retried", "completed"]
    var buffer: [UInt8] = []
    for number in 0..<lines {
      let milliseconds = number * 3 + Int(random(3))
      let line = """
        2026-11-23T\(10 + milliseconds / 3_600_000 % 14):\(10 + milliseconds / 60_000 % 50):\(milliseconds % 60_000) \
        \(levels[Int(random(5))]) worker-\(random(32)) order \(String(random(1 << 31), radix: 16)) \
        \(verbs[Int(random(5))]) for customer \(random(50_000)) in \(random(900)) ms, status=\(200 + random(4))

        """
      buffer += line.utf8
      if buffer.count > 65_536 {
        guard writeAll(buffer) else { exit(1) }
        buffer.removeAll(keepingCapacity: true)
      }
    }
    exit(writeAll(buffer) ? 0 : 1)
  }

  /// Ten digits, dots, a newline.
  private static func append(_ number: Int, to buffer: inout [UInt8]) {
    var line = [UInt8](repeating: UInt8(ascii: "."), count: lineLength)
    var rest = number
    for position in stride(from: 9, through: 0, by: -1) {
      line[position] = UInt8(48 + rest % 10)
      rest /= 10
    }
    line[lineLength - 1] = 10
    buffer += line
  }

  /// The number that a line begins with.
  static func number(of line: some Sequence<UInt8>) -> Int {
    line.prefix(10).reduce(0) { $0 * 10 + Int($1) - 48 }
  }

  private static func writeAll(_ bytes: [UInt8]) -> Bool {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      written += count
    }
    return true
  }

  private static func sleep(until time: Int64) {
    var end = timespec(
      tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, Int32(TIMER_ABSTIME), &end, nil) == EINTR {}
  }
}
