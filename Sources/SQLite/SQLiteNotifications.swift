import Database
import Synchronization

/// NOTIFY and LISTEN within one process.
final class SQLiteNotifications: Sendable {
  private struct State {
    var hub = NotificationHub()
    var isClosed = false
  }

  private let state = Mutex(State())

  func subscribe(to channels: [String]) -> AsyncStream<DatabaseNotification> {
    let (stream, continuation) = AsyncStream<DatabaseNotification>.makeStream()
    state.withLock { state in
      guard !state.isClosed else { return continuation.finish() }
      let id = state.hub.add(channels, continuation)
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { _ = $0.hub.remove(id) }
      }
      state.hub.greet([id])
    }
    return stream
  }

  func deliver(_ channel: String, _ payload: String) {
    state.withLock { $0.hub.deliver(channel, payload) }
  }

  func close() {
    let subscribers = state.withLock { state in
      state.isClosed = true
      return state.hub.removeAll()
    }
    for subscriber in subscribers { subscriber.finish() }
  }
}
