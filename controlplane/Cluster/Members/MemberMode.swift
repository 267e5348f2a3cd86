public import Logging
public import Model
public import ServiceLifecycle
public import Store
import Synchronization

/// Whether this member begins runs: as it is stored, known within the process without asking, and followed by
/// notices.
public final class MemberMode: Sendable, Service {
  /// What a change of mode is answered with.
  public struct Answer: Sendable, Hashable {
    public enum Status: String, Sendable, Hashable, Codable { case pending, complete }

    /// `complete` for the member that answers: the mode has changed. `pending` for another one: its mode is stored, so
    /// that no run begins against it, and it hears of it by a notice.
    public let status: Status
    public let executionMode: ExecutionMode
    public let uuid: MemberID
  }

  private struct State {
    var mode: ExecutionMode
    var listeners: [Int: AsyncStream<ExecutionMode>.Continuation] = [:]
    var lastListener = 0
  }

  private let member: MemberID
  private let store: Store
  private let notices: ClusterNotices?
  private let poll: Duration
  private let time: MonotonicTime
  private let logger: Logger
  private let state: Mutex<State>
  private let telling = Mutex(())

  private init(
    _ mode: ExecutionMode, of member: MemberID, store: Store, notices: ClusterNotices?,
    poll: Duration, time: MonotonicTime, logger: Logger
  ) {
    state = Mutex(State(mode: mode))
    self.member = member
    self.store = store
    self.notices = notices
    self.poll = poll
    self.time = time
    self.logger = logger
  }

  /// The mode of the member that starts here: `startMode` (`rundeck.executionMode`) when it is configured, and then
  /// stored; else as it was stored last, active at first. `poll` is how often it is looked at without a notice.
  public static func starting(
    _ member: MemberID, as startMode: ExecutionMode?, store: Store, notices: ClusterNotices? = nil,
    poll: Duration = .seconds(10), time: MonotonicTime = .continuous(), logger: Logger
  ) async throws(StoreError) -> MemberMode {
    let stored = try await store.ask.executionModes.mode(of: member)
    if let startMode, startMode != stored {
      try await store.ask.executionModes.set(startMode, of: member)
    }
    return MemberMode(
      startMode ?? stored, of: member, store: store, notices: notices, poll: poll, time: time,
      logger: logger)
  }

  /// The mode as this process knows it.
  public var current: ExecutionMode { state.withLock { $0.mode } }

  /// The mode, and then what it becomes.
  public func changes() -> AsyncStream<ExecutionMode> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: ExecutionMode.self, bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state in
      state.lastListener += 1
      state.listeners[state.lastListener] = continuation
      continuation.yield(state.mode)
      return state.lastListener
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
    }
    return stream
  }

  /// Makes a member active or passive: stored with its decision in one transaction, and every member told.
  ///
  /// Throws `StoreError.notFound` (kind `member`) for a UUID that never registered.
  public func set(
    _ mode: ExecutionMode, of target: MemberID, by user: String
  ) async throws -> Answer {
    let own = member
    try await store.transaction { scope in
      guard try await scope.members.find(target) != nil else {
        throw StoreError.notFound(kind: "member", key: target.text)
      }
      try await scope.executionModes.set(mode, of: target)
      try await scope.decisions.add(
        Decision(
          kind: .mode, member: own, subject: target,
          reason: "\(user) made the member \(target) \(mode.rawValue)."))
      try await scope.announce([.modeChanged(target)])
    }
    if target == own { take(mode) }
    return Answer(
      status: target == own ? .complete : .pending, executionMode: mode, uuid: target)
  }

  /// Follows the stored mode until a graceful shutdown.
  public func run() async throws {
    do {
      try await cancelWhenGracefulShutdown {
        try await withThrowingTaskGroup { group in
          group.addTask { await self.followNotices() }
          group.addTask { try await self.look() }
          try await group.waitForAll()
        }
      }
    } catch is CancellationError {
      return
    }
  }

  private func followNotices() async {
    guard let notices else { return }
    for await notice in notices.notices()
    where notice == .modeChanged(member) || notice == .unknown {
      await refresh()
    }
  }

  private func look() async throws {
    while true {
      try await time.sleep(for: poll)
      await refresh()
    }
  }

  private func refresh() async {
    guard let mode = try? await store.ask.executionModes.mode(of: member) else { return }
    take(mode)
  }

  private func take(_ mode: ExecutionMode) {
    let isNews = state.withLock { state in
      defer { state.mode = mode }
      return state.mode != mode
    }
    guard isNews else { return }
    tell()
    logger.notice("The execution mode changed", metadata: ["mode": "\(mode)"])
  }

  /// Tells the listeners the newest mode, not under the lock that a listener takes when it leaves.
  private func tell() {
    telling.withLock { _ in
      let (mode, listeners) = state.withLock { ($0.mode, Array($0.listeners.values)) }
      for listener in listeners { listener.yield(mode) }
    }
  }
}
