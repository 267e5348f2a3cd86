public import Model
public import Store
import Synchronization

/// The database's time between its answers, estimated by the monotonic clock.
///
/// It never goes backwards: where the database's clock was set back, it stands still until that clock has caught
/// up, and where it was set forward it follows at once. This host's wall clock is never read.
public final class DatabaseTime: Sendable {
  private struct State {
    var estimate: TimeEstimate
    var floor: Instant
  }

  private let state: Mutex<State>
  private let time: MonotonicTime

  /// An estimate from the first answer: the database said `database` to a question sent at `sent` whose answer
  /// came at `received`, both by `time`.
  public init(_ database: Instant, sent: Duration, received: Duration, time: MonotonicTime) {
    let estimate = TimeEstimate(database, sent: sent, received: received)
    state = Mutex(State(estimate: estimate, floor: database))
    self.time = time
  }

  /// Asks the database three times, and begins with the quickest answer.
  public static func asking(
    _ store: Store, time: MonotonicTime = .continuous()
  ) async throws(StoreError) -> DatabaseTime {
    var sent = time.now
    let answer = DatabaseTime(
      try await store.now(), sent: sent, received: time.now, time: time)
    for _ in 0..<2 {
      sent = time.now
      answer.note(try await store.now(), sent: sent, received: time.now)
    }
    return answer
  }

  /// A time that moves with `clock` from `start` on, for tests.
  public static func following(_ clock: some Clock<Duration>, from start: Instant) -> DatabaseTime {
    let time = MonotonicTime(clock)
    return DatabaseTime(start, sent: .zero, received: .zero, time: time)
  }

  /// A time that stands still, for tests and tools.
  public static func fixed(_ instant: Instant) -> DatabaseTime {
    let time = MonotonicTime(read: { .zero }, wait: { _ in })
    return DatabaseTime(instant, sent: .zero, received: .zero, time: time)
  }

  /// The database's time now, as well as it is known; not before any instant that was answered earlier.
  public func now() -> Instant {
    state.withLock { state in
      state.floor = max(state.floor, state.estimate.instant(at: time.now))
      return state.floor
    }
  }

  /// How long from now it is until `instant`, by the monotonic clock; zero or less when it has come.
  public func untilReached(_ instant: Instant) -> Duration { now().duration(to: instant) }

  /// The database answered `database` to a question sent at `sent`; the answer came at `received`.
  public func note(_ database: Instant, sent: Duration, received: Duration) {
    state.withLock { $0.estimate.note(database, sent: sent, received: received) }
  }
}
