import Cluster
import Model

/// The times that executions were launched for: a task sleeps until the earliest of them. Times are the
/// database's, the sleep is measured by the monotonic clock.
final class ExecutionAlarms: Sendable {
  private let set: AsyncStream<(ExecutionID, Instant)>
  private let add: AsyncStream<(ExecutionID, Instant)>.Continuation

  init() { (set, add) = AsyncStream.makeStream() }

  /// From now on the execution waits for `instant`.
  func set(_ id: ExecutionID, at instant: Instant) { add.yield((id, instant)) }

  /// Calls `due` for each execution whose time has come, until it is cancelled. A time that has passed
  /// has come.
  func run(
    _ time: DatabaseTime, on clock: any Clock<Duration>,
    due: @escaping @Sendable (ExecutionID) async -> Void
  ) async {
    await withDiscardingTaskGroup { group in
      for await (id, instant) in set {
        group.addTask {
          // The estimate of the database's time may be corrected meanwhile, so it is asked again.
          while case let left = time.untilReached(instant), left > .zero {
            guard (try? await clock.sleep(for: min(left, .seconds(60)))) != nil else { return }
          }
          await due(id)
        }
      }
      group.cancelAll()
    }
  }
}
