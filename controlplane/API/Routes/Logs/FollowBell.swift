import Hummingbird
import Logs
import Model
import NIOCore
import ServiceLifecycle
import Synchronization

/// Wakes one follower of output: when the log grew or the execution changed, at least once in each poll
/// interval, and for the last time when the member stops or the client is gone.
final class FollowBell: Sendable {
  /// An element for one or more rings; finished by the end.
  let rings: AsyncStream<Void>
  private let ringer: AsyncStream<Void>.Continuation
  private let ended = Mutex(false)

  init() {
    (rings, ringer) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Whether the follower is to stop where it is, whatever it could read still.
  var isEnded: Bool { ended.withLock { $0 } }

  func ring() { ringer.yield() }

  func end() {
    ended.withLock { $0 = true }
    ringer.finish()
  }

  /// Runs `body` while signals and the clock ring. Nothing that happens after the call is missed.
  ///
  /// A body that is stuck in writing when the member stops loses its connection after a moment.
  static func ringing(
    for request: APIRequest, at changes: AsyncStream<Void>, _ timing: FollowTiming,
    _ body: (FollowBell) async throws -> Void
  ) async throws {
    let bell = FollowBell()
    let channel = request.context.channel
    try await request.request.body.consumeWithInboundCloseHandler { _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { for await _ in changes { bell.ring() } }
        group.addTask {
          while true {
            try await Task.sleep(for: timing.poll)
            bell.ring()
          }
        }
        group.addTask {
          try await gracefulShutdown()
          bell.end()
          try await Task.sleep(for: timing.patience)
          channel.close(mode: .all, promise: nil)
        }
        defer { group.cancelAll() }
        try await body(bell)
      }
    } onInboundClosed: {
      bell.end()
    }
  }
}
