public import Logging
import Model
public import ServiceLifecycle
public import Store
import Synchronization

/// What members tell each other: one listening connection for this member, and one sender that joins what is
/// announced in a burst.
///
/// Notices only wake. They may be lost with a connection or a full buffer; then listeners get `unknown`, and each
/// of them looks into the store now and then anyway.
public final class ClusterNotices: Sendable, Service {
  /// How many notices wait for a listener before it is told that some were lost.
  static let bufferLimit = 4096

  private struct State {
    var outbox = NoticeOutbox()
    var listeners: [Int: AsyncStream<ClusterNotice>.Continuation] = [:]
    var lastListener = 0
  }

  private let store: Store
  private let session: MemberSession
  private let time: MonotonicTime
  private let joining: Duration
  private let logger: Logger
  private let state = Mutex(State())
  /// Keeps deliveries in their order; holds who has lost something since it was last reached.
  private let behind = Mutex<Set<Int>>([])
  private let wakes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  /// `session` is how this process recognises its own notices, which it does not deliver; at least `joining` lies
  /// between two sendings.
  public init(
    store: Store, session: MemberSession, time: MonotonicTime = .continuous(),
    joining: Duration = .milliseconds(5), logger: Logger
  ) {
    self.store = store
    self.session = session
    self.time = time
    self.joining = joining
    self.logger = logger
  }

  /// Tells the other members, soon; never waits. Equal notices of a burst are told once.
  ///
  /// What is to be told if and only if a transaction commits is announced within it (`StoreScope.announce`) instead.
  public func announce(_ notices: ClusterNotice...) { announce(notices) }

  /// Tells the other members, soon; never waits.
  public func announce(_ notices: [ClusterNotice]) {
    let isNews = state.withLock { $0.outbox.add(notices) }
    if isNews { wakes.continuation.yield() }
  }

  /// What the other members announce from now on, and what any member announces with a transaction; `unknown` when
  /// some may have been lost.
  public func notices() -> AsyncStream<ClusterNotice> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: ClusterNotice.self, bufferingPolicy: .bufferingOldest(Self.bufferLimit))
    let id = state.withLock { state in
      state.lastListener += 1
      state.listeners[state.lastListener] = continuation
      return state.lastListener
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
    }
    return stream
  }

  /// Listens and sends until a graceful shutdown; what was announced before it is sent still.
  public func run() async throws {
    await withTaskGroup { group in
      group.addTask { await self.listen() }
      group.addTask { await self.send() }
      await group.next()
      group.cancelAll()
    }
    await sendOutbox()
    try? await gracefulShutdown()
  }

  private func listen() async {
    for await message in store.clusterNotices().cancelOnGracefulShutdown()
    where message.origin != session {
      deliver(message.notices)
    }
  }

  private func send() async {
    for await _ in wakes.stream.cancelOnGracefulShutdown() {
      let begun = time.now
      await sendOutbox()
      if (try? await time.sleep(until: begun + joining)) == nil { return }
    }
  }

  private func sendOutbox() async {
    let notices = state.withLock { $0.outbox.take() }
    guard !notices.isEmpty else { return }
    do {
      try await store.announce(notices, from: session)
    } catch {
      logger.debug(
        "Notices to the other members were not sent",
        metadata: ["count": "\(notices.count)", "error": "\(error)"])
    }
  }

  /// Not under the lock that a listener takes when it leaves: whoever cancels a listener holds what a yield to it
  /// waits for.
  private func deliver(_ notices: [ClusterNotice]) {
    behind.withLock { behind in
      let listeners = state.withLock { $0.listeners }
      behind.formIntersection(listeners.keys)
      for (id, listener) in listeners {
        let wasBehind = behind.remove(id) != nil
        for notice in wasBehind ? [.unknown] + notices : notices {
          guard case .dropped = listener.yield(notice) else { continue }
          behind.insert(id)
          break
        }
      }
    }
  }
}
