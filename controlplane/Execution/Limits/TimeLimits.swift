import Cluster
import Model
import Synchronization

/// The ends of executions' times: one task sleeps until the earliest of them. Times are the database's, the
/// sleep is measured by the monotonic clock.
final class TimeLimits: Sendable {
  private struct State {
    var ends: [ExecutionID: Instant] = [:]
    var wake: AsyncStream<Void>.Continuation?
  }

  private let state = Mutex(State())

  /// From now on the execution has time until `instant`.
  func set(_ id: ExecutionID, at instant: Instant) {
    let wake = state.withLock { state in
      state.ends[id] = instant
      return state.wake
    }
    wake?.yield()
  }

  /// The execution has ended, or is somebody else's.
  func remove(_ id: ExecutionID) { state.withLock { _ = $0.ends.removeValue(forKey: id) } }

  /// Calls `isOver` once for each execution whose time is over, until it is cancelled.
  func run(
    _ time: DatabaseTime, on clock: any Clock<Duration>, isOver: @Sendable ([ExecutionID]) -> Void
  ) async {
    while !Task.isCancelled {
      let over = takeOver(time)
      if !over.isEmpty { isOver(over.sorted()) }
      await next(time, clock)
    }
  }

  private func takeOver(_ time: DatabaseTime) -> [ExecutionID] {
    state.withLock { state in
      guard !state.ends.isEmpty else { return [] }
      let now = time.now()
      let over = state.ends.filter { $0.value <= now }.map(\.key)
      for id in over { state.ends[id] = nil }
      return over
    }
  }

  /// Returns when the earliest end may have come, something was set, or the task is cancelled.
  private func next(_ time: DatabaseTime, _ clock: any Clock<Duration>) async {
    let (changes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let earliest = state.withLock { state in
      state.wake = wake
      return state.ends.values.min()
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in changes { return } }
      if let earliest {
        group.addTask {
          let left = min(max(time.untilReached(earliest), .milliseconds(1)), .seconds(60))
          try? await clock.sleep(for: left)
        }
      }
      await group.next()
      group.cancelAll()
    }
  }
}
