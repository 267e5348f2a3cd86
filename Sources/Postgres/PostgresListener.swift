import Database
import Logging
import Synchronization

/// LISTEN on a connection of its own, for as many subscribers as there are. It connects at the first
/// subscription, and again whenever the connection is lost, for as long as it takes.
final class PostgresListener: Sendable {
  private struct State {
    var hub = NotificationHub()
    var connection: PostgresConnection?
    var life: Task<Void, Never>?
    var isClosed = false
  }

  private let connector: Connector
  private let loop: EventLoop
  private let logger: Logger
  private let state = Mutex(State())
  /// Keeps notifications in their order.
  private let sending = Mutex(())

  init(_ connector: Connector, loop: EventLoop, logger: Logger) {
    self.connector = connector
    self.loop = loop
    self.logger = logger
  }

  func subscribe(to channels: [String]) -> AsyncStream<DatabaseNotification> {
    let (stream, continuation) = AsyncStream<DatabaseNotification>.makeStream()
    let isClosed = state.withLock { state in
      guard !state.isClosed else { return true }
      let id = state.hub.add(channels, continuation)
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { _ = $0.hub.remove(id) }
      }
      if let connection = state.connection {
        // The listening connection's first word to it, once its channels are listened to.
        Task { await self.listen(connection, to: channels, then: [id]) }
      } else if state.life == nil {
        state.life = Task { await self.live() }
      }
      return false
    }
    if isClosed { continuation.finish() }
    return stream
  }

  func close() async {
    let (life, connection, subscribers) = state.withLock { state in
      state.isClosed = true
      return (state.life, state.connection, state.hub.removeAll())
    }
    for subscriber in subscribers { subscriber.finish() }
    life?.cancel()
    connection?.close(.closed)
    await life?.value
  }

  private func live() async {
    var pause = Duration.milliseconds(20)
    // Whoever asks the database says that it is away; what is not heard here is found by looking.
    var isAway = false
    while !Task.isCancelled {
      do throws(DatabaseError) {
        try await listenUntilLost {
          pause = .milliseconds(20)
          if isAway { logger.info("listening to the database again") }
          isAway = false
        }
      } catch {
        logger.log(
          level: isAway ? .debug : .info,
          "listening to the database was interrupted; it is tried again",
          metadata: ["error": "\(error)"])
        isAway = true
      }
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, .seconds(2))
    }
  }

  /// One connection's life; throws why it ended.
  private func listenUntilLost(_ begun: () -> Void) async throws(DatabaseError) {
    let connection = PostgresConnection(try await connector.connect(), loop: loop)
    let (lost, end) = AsyncStream<DatabaseError>.makeStream()
    connection.open(
      onBreak: {
        end.yield($0)
        end.finish()
      },
      onNotification: { [weak self] channel, payload in self?.deliver(channel, payload) })
    let (channels, subscribers) = state.withLock { state in
      state.connection = connection
      return (state.hub.channels, state.hub.subscribers)
    }
    defer { state.withLock { $0.connection = nil } }
    if await listen(connection, to: channels, then: subscribers) { begun() }
    for await error in lost { throw error }
    connection.close(.closed)
  }

  @discardableResult
  private func listen(
    _ connection: PostgresConnection, to channels: [String], then subscribers: [UInt64]
  ) async -> Bool {
    let statements = channels.map { Statement("LISTEN \(Self.quoted($0))") }
    do throws(DatabaseError) {
      if !statements.isEmpty {
        _ = try await connection.perform(statements, isCancellable: false)
      }
      send { $0.greeting(subscribers) }
      return true
    } catch {
      connection.close(error)
      return false
    }
  }

  private func deliver(_ channel: String, _ payload: String) {
    send { $0.delivery(channel, payload) }
  }

  /// In the order of calling, and not under the lock that a subscriber takes when it leaves.
  private func send(_ delivery: (NotificationHub) -> NotificationHub.Delivery) {
    sending.withLock { _ in state.withLock { delivery($0.hub) }.send() }
  }

  private static func quoted(_ name: String) -> String {
    let inner = name.split(separator: "\"", omittingEmptySubsequences: false)
    return "\"\(inner.joined(separator: "\"\""))\""
  }
}
