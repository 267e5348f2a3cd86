/// The growing pauses before another try of what failed because the database was away, full or in a conflict.
///
/// A value: who tries something takes a copy, whose pauses begin with the shortest.
public struct RetryPauses: Sendable {
  /// How long the next pause is.
  private(set) var next: Duration
  private let longest: Duration
  private let clock: any Clock<Duration>

  /// - Parameters:
  ///   - range: the first and the longest pause; each is twice as long as the one before.
  ///   - clock: measures them.
  public init(
    _ range: ClosedRange<Duration> = .milliseconds(50)...(.seconds(5)),
    on clock: any Clock<Duration> = ContinuousClock()
  ) {
    next = range.lowerBound
    longest = range.upperBound
    self.clock = clock
  }

  /// Waits for the next pause to pass. False when the task was cancelled before.
  mutating func pass() async -> Bool {
    guard (try? await clock.sleep(for: next)) != nil else { return false }
    next = min(next * 2, longest)
    return true
  }
}
