/// A clock that no wall clock can move, as the time passed since an origin of its own.
///
/// Leases and estimates are kept in it. In a process it is `ContinuousClock`, which counts the time that the
/// process was stopped or the host was suspended too; in a test it is whatever the test moves.
public struct MonotonicTime: Sendable {
  private let read: @Sendable () -> Duration
  private let wait: @Sendable (Duration) async throws -> Void

  /// The time of `clock`; its origin is now.
  public init<Source: Clock>(_ clock: Source) where Source.Duration == Duration {
    let origin = clock.now
    read = { origin.duration(to: clock.now) }
    wait = { try await clock.sleep(until: origin.advanced(by: $0), tolerance: nil) }
  }

  /// The time that `read` answers and that `wait` sleeps until, for simulations.
  public init(
    read: @escaping @Sendable () -> Duration,
    wait: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.read = read
    self.wait = wait
  }

  /// This process's clock.
  public static func continuous() -> MonotonicTime { MonotonicTime(ContinuousClock()) }

  /// How long ago the origin was.
  public var now: Duration { read() }

  /// Sleeps until `now` has reached `deadline`. Throws `CancellationError`.
  public func sleep(until deadline: Duration) async throws { try await wait(deadline) }

  /// Sleeps for `duration`. Throws `CancellationError`.
  public func sleep(for duration: Duration) async throws { try await wait(read() + duration) }
}
