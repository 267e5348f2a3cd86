import Cluster
import Model
import Synchronization

/// The times that executions were launched for, and when to look for what nobody has claimed: one task sleeps until
/// the earliest of them, however many there are. Times are the database's, the sleep is measured by the
/// monotonic clock.
final class ExecutionAlarms: Sendable {
  enum Alarm: Sendable, Hashable {
    /// The execution's time has come.
    case due(ExecutionID)
    /// The time in which others are to claim what they were chosen for is over for some.
    case unclaimed
  }

  private struct State {
    /// The latest first, so that the earliest are taken from the end.
    var due: [(at: Instant, id: ExecutionID)] = []
    var looks = ClaimLooks()
    /// Until when somebody sleeps.
    var goal: Instant?

    var earliest: Instant? { [due.last?.at, looks.next].compactMap(\.self).min() }
  }

  private let state = Mutex(State())
  private let wakes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  /// From now on the execution waits for `instant`.
  func set(_ id: ExecutionID, at instant: Instant) {
    state.withLock { state in
      var (low, high) = (0, state.due.count)
      while low < high {
        let middle = (low + high) / 2
        if state.due[middle].at > instant { low = middle + 1 } else { high = middle }
      }
      state.due.insert((instant, id), at: low)
    }
    wakes.continuation.yield()
  }

  /// At `instant` somebody looks for what nobody has claimed. Several of these are one, when less than `spacing`
  /// lies between them.
  func look(at instant: Instant, spacing: Duration) {
    state.withLock { $0.looks.add(instant, spacing: spacing) }
    wakes.continuation.yield()
  }

  /// Calls `act` for each alarm whose time has come, until it is cancelled. A time that has passed has come.
  func run(
    _ time: DatabaseTime, on clock: any Clock<Duration>,
    act: @escaping @Sendable (Alarm) async -> Void
  ) async {
    var sleeper: Task<Void, Never>?
    await withDiscardingTaskGroup { group in
      for await _ in wakes.stream {
        for alarm in take(at: time.now()) { group.addTask { await act(alarm) } }
        guard let next = newGoal() else { continue }
        sleeper?.cancel()
        sleeper = Task { await sleep(until: next, time, clock) }
      }
      group.cancelAll()
    }
    sleeper?.cancel()
  }

  private func take(at now: Instant) -> [Alarm] {
    state.withLock { state in
      var alarms: [Alarm] = []
      while let last = state.due.last, last.at <= now {
        alarms.append(.due(last.id))
        state.due.removeLast()
      }
      if state.looks.take(at: now) { alarms.append(.unclaimed) }
      return alarms
    }
  }

  /// What to sleep for, unless somebody sleeps for it already.
  private func newGoal() -> Instant? {
    state.withLock { state in
      guard let earliest = state.earliest, state.goal.map({ earliest < $0 }) ?? true else {
        return nil
      }
      state.goal = earliest
      return earliest
    }
  }

  private func sleep(
    until instant: Instant, _ time: DatabaseTime, _ clock: any Clock<Duration>
  ) async {
    // The estimate of the database's time may be corrected meanwhile, so it is asked again.
    while case let left = time.untilReached(instant), left > .zero {
      guard (try? await clock.sleep(for: min(left, .seconds(60)))) != nil else { return }
    }
    state.withLock { if $0.goal == instant { $0.goal = nil } }
    wakes.continuation.yield()
  }
}

/// When to look for what nobody has claimed: whatever was asked for, a bounded number of times. Pure.
struct ClaimLooks: Sendable {
  private(set) var next: Instant?
  private var last = Instant(microseconds: 0)
  private var spacing = Duration.zero

  mutating func add(_ instant: Instant, spacing: Duration) {
    self.spacing = spacing
    last = next == nil ? instant : max(last, instant)
    next = min(next ?? instant, instant)
  }

  /// Whether to look now. What was asked for later is looked for `spacing` from now, or at the latest that was
  /// asked for.
  mutating func take(at now: Instant) -> Bool {
    guard let next, next <= now else { return false }
    self.next = last > now ? min(last, now.advanced(by: spacing)) : nil
    return true
  }
}
