import Model
import Synchronization

/// Which executions go on within this member, and who waits for the end of which.
final class ExecutionEndings: Sendable {
  /// The executions that this member carries.
  let carried = CarriedIndex()
  private let waiters = Mutex<[ExecutionID: [Int: AsyncStream<Void>.Continuation]]>([:])
  private let counter = Atomic<Int>(0)

  /// A stream that finishes when the execution has ended after this call, or when nobody reads it.
  func ending(of id: ExecutionID) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    let number = counter.add(1, ordering: .relaxed).newValue
    waiters.withLock { $0[id, default: [:]][number] = continuation }
    continuation.onTermination = { [weak self] _ in self?.forget(number, of: id) }
    return stream
  }

  /// Wakes everybody who waits for these.
  func ended(_ ids: some Sequence<ExecutionID>) {
    let woken = waiters.withLock { waiters in
      ids.flatMap { waiters.removeValue(forKey: $0)?.values.map(\.self) ?? [] }
    }
    for waiter in woken { waiter.finish() }
  }

  private func forget(_ number: Int, of id: ExecutionID) {
    waiters.withLock { waiters in
      waiters[id]?.removeValue(forKey: number)
      if waiters[id]?.isEmpty == true { waiters.removeValue(forKey: id) }
    }
  }
}
