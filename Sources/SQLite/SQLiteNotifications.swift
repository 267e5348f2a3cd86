import Database
import Synchronization

/// NOTIFY and LISTEN within one process.
final class SQLiteNotifications: Sendable {
  private struct State {
    var hub = NotificationHub()
    var isClosed = false
  }

  private let state = Mutex(State())
  /// Keeps notifications in their order.
  private let sending = Mutex(())

  func subscribe(to channels: [String]) -> AsyncStream<DatabaseNotification> {
    let (stream, continuation) = AsyncStream<DatabaseNotification>.makeStream()
    let greeting = state.withLock { state -> NotificationHub.Delivery? in
      guard !state.isClosed else { return nil }
      let id = state.hub.add(channels, continuation)
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { _ = $0.hub.remove(id) }
      }
      return state.hub.greeting([id])
    }
    if let greeting { greeting.send() } else { continuation.finish() }
    return stream
  }

  /// In the order of calling, and not under the lock that a subscriber takes when it leaves.
  func deliver(_ channel: String, _ payload: String) {
    sending.withLock { _ in state.withLock { $0.hub.delivery(channel, payload) }.send() }
  }

  func close() {
    let subscribers = state.withLock { state in
      state.isClosed = true
      return state.hub.removeAll()
    }
    for subscriber in subscribers { subscriber.finish() }
  }
}
