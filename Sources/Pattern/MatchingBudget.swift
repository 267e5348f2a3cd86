import Glibc

/// How long the matches of one question may take together, in processor time of the thread that asks: a
/// busy machine makes no expression slower.
public struct MatchingBudget: Sendable, Hashable {
  /// What is left; never negative.
  public private(set) var remaining: Duration

  /// - Parameter whole: what all matches may take. An ordinary one takes a few microseconds.
  public init(_ whole: Duration = .milliseconds(50)) { remaining = max(.zero, whole) }

  mutating func spend(_ duration: Duration) { remaining = max(.zero, remaining - duration) }
}

/// The processor time that the current thread has used.
enum ThreadTime {
  static var now: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
