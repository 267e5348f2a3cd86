public import Model
public import Store
import Synchronization

/// Tells whoever follows a log on this member that it grew or that its execution changed.
///
/// Subscribe with `changes(of:)`, then read, then wait: a change between the two is not missed.
public final class LogSignals: Sendable {
  private struct State {
    var followers: [ExecutionID: [UInt64: AsyncStream<Void>.Continuation]] = [:]
    var nextFollower: UInt64 = 0
    /// What other members have not been told yet.
    var unannounced: Set<ExecutionID> = []
  }

  private let state = Mutex(State())
  private let announcements: AsyncStream<Void>
  private let announce: AsyncStream<Void>.Continuation
  /// Names this process in notices, so that it passes over its own.
  private let member: String

  /// - Parameter member: different for each process that shares the database.
  public init(member: String) {
    self.member = member
    (announcements, announce) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// An element for each time the log of `execution` grew or its execution ended, several of them
  /// joined when they come faster than they are taken. Ends with the task that iterates.
  public func changes(of execution: ExecutionID) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let follower = state.withLock { state in
      state.nextFollower += 1
      state.followers[execution, default: [:]][state.nextFollower] = continuation
      return state.nextFollower
    }
    continuation.onTermination = { [weak self] _ in self?.leave(execution, follower) }
    return stream
  }

  /// How many follow a log on this member.
  public var followers: Int { state.withLock { $0.followers.values.reduce(0) { $0 + $1.count } } }

  /// Wakes the followers on this member, and soon those on others.
  public func changed(_ executions: some Sequence<ExecutionID>) {
    wake(executions)
    state.withLock { $0.unannounced.formUnion(executions) }
    announce.yield()
  }

  /// Exchanges notices with the other members until the task is cancelled. Notices of one burst are
  /// joined: at most one is sent per `interval`. A notice that cannot be sent is dropped.
  public func run(
    store: Store, interval: Duration = .milliseconds(10),
    clock: some Clock<Duration> = ContinuousClock()
  ) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.listen(store) }
      group.addTask { await self.tell(store, interval: interval, clock: clock) }
    }
  }

  private func listen(_ store: Store) async {
    for await growth in store.logGrowth() {
      switch growth {
      case .grew(let executions, let member) where member != self.member: wake(executions)
      case .grew: continue
      case .unknown: wake(state.withLock { Array($0.followers.keys) })
      }
    }
  }

  private func tell(_ store: Store, interval: Duration, clock: some Clock<Duration>) async {
    for await _ in announcements {
      let executions = state.withLock { state in
        defer { state.unannounced = [] }
        return state.unannounced
      }
      try? await store.announceLogGrowth(of: executions, from: member)
      try? await clock.sleep(for: interval)
    }
  }

  private func wake(_ executions: some Sequence<ExecutionID>) {
    let continuations = state.withLock { state in
      executions.flatMap { state.followers[$0].map { Array($0.values) } ?? [] }
    }
    for continuation in continuations { continuation.yield() }
  }

  private func leave(_ execution: ExecutionID, _ follower: UInt64) {
    state.withLock { state in
      state.followers[execution]?[follower] = nil
      if state.followers[execution]?.isEmpty == true { state.followers[execution] = nil }
    }
  }
}
