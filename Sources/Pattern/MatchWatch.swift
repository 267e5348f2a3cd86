import CPCRE2

/// Stops a match at its deadline. PCRE2 calls it before each item of the expression that it tries.
struct MatchWatch {
  /// What one match may use of memory, in KiB.
  private static let memory: UInt32 = 32 * 1024
  /// About 100 ns each; a bound that needs no clock.
  private static let steps: UInt32 = 10_000_000

  private let deadline: Duration
  /// One item can go through the whole value, so the longer that is, the more often the clock is read.
  private let interval: Int
  private var left: Int

  /// - Parameters:
  ///   - deadline: in the thread's time.
  ///   - length: of the value, in bytes.
  init(deadline: Duration, length: Int) {
    self.deadline = deadline
    interval = max(1, min(1_000, 1_000_000 / (length + 1)))
    left = interval
  }

  private mutating func isLate() -> Bool {
    left -= 1
    guard left <= 0 else { return false }
    left = interval
    return ThreadTime.now >= deadline
  }

  /// Lets `watch`, which must outlive the match, stop the matches of this context.
  static func limit(_ context: OpaquePointer, by watch: UnsafeMutablePointer<MatchWatch>) {
    pcre2_set_heap_limit_8(context, memory)
    pcre2_set_match_limit_8(context, steps)
    pcre2_set_depth_limit_8(context, steps)
    pcre2_set_callout_8(
      context,
      { _, watch in
        guard let watch = watch?.assumingMemoryBound(to: MatchWatch.self) else { return 0 }
        return watch.pointee.isLate() ? PCRE2_ERROR_CALLOUT : 0
      }, watch)
  }
}
