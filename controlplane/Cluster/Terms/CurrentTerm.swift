public import Model
import Synchronization

/// The term in which this process may act, shared by everybody who acts.
///
/// `Membership` renews it; everybody else asks `held` before each act and each commit, and begins anew when
/// `changes()` says so. A process that was stopped for longer than its lease finds `held` nil before it does
/// anything, because the answer is computed from the monotonic clock at the moment of asking.
public final class CurrentTerm: Sendable {
  fileprivate struct State {
    var lease: TermLease
    var published: Term?
    var listeners: [Int: AsyncStream<Term?>.Continuation] = [:]
    var lastListener = 0
    /// What the listeners have not been told yet.
    var news: [Term?] = []
  }

  private let state: Mutex<State>
  private let telling = Mutex(())
  private let time: MonotonicTime

  /// A term that was asked for at `sent` (by `time`) and is trusted for `trust` after each renewal's sending.
  public init(_ term: Term, sent: Duration, trust: Duration, time: MonotonicTime) {
    let lease = TermLease(term, sent: sent, trust: trust)
    state = Mutex(State(lease: lease, published: lease.held(at: time.now)))
    self.time = time
  }

  /// A term that never ends, for tests and tools.
  public static func fixed(_ term: Term) -> CurrentTerm {
    CurrentTerm(
      term, sent: .zero, trust: .seconds(1 << 40),
      time: MonotonicTime(
        read: { .zero }, wait: { _ in try await Task.sleep(for: .seconds(1 << 30)) }))
  }

  /// The term to act in; nil when it was fenced or superseded, or when its lease has run out.
  public var held: Term? { settle { _ in } }

  /// The newest term there was, for names in logs and records.
  public var last: Term { state.withLock { $0.lease.last } }

  /// Since when `held` has been held without a break, by the monotonic clock; nil while it is not.
  public var heldSince: Duration? {
    state.withLock { $0.lease.held(at: time.now) == nil ? nil : $0.lease.since }
  }

  /// What `held` is, and then what it becomes; whoever is slow gets the newest only.
  ///
  /// Nil means: drop everything that was carried. The same term may come back after nil (the database was away
  /// and nobody fenced this member): whatever it owns in the store is to be taken up again.
  public func changes() -> AsyncStream<Term?> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Term?.self, bufferingPolicy: .bufferingNewest(1))
    settle { _ in }
    let id = state.withLock { state in
      state.lastListener += 1
      state.listeners[state.lastListener] = continuation
      // Nobody reads it yet, so nobody can be kept waiting.
      continuation.yield(state.published)
      return state.lastListener
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
    }
    return stream
  }

  /// A renewal of `term`, sent at `sent`, has succeeded.
  public func renewed(_ term: Term, sent: Duration) {
    settle { $0.renewed(term, sent: sent, at: time.now) }
  }

  /// The store said that `term` is over.
  public func ended(_ term: Term) { settle { $0.ended(term) } }

  /// A new term has begun, which was asked for at `sent`.
  public func began(_ term: Term, sent: Duration) { settle { $0.began(term, sent: sent) } }

  /// Tells the listeners when the lease runs out, until it is cancelled. `Membership` runs it.
  public func watch() async throws {
    for await held in changes() where held != nil {
      while self.held != nil, let deadline = state.withLock({ $0.lease.deadline }) {
        try await time.sleep(until: deadline)
      }
    }
    try Task.checkCancellation()
  }

  @discardableResult
  private func settle(_ change: (inout TermLease) -> Void) -> Term? {
    let (held, isNews) = state.withLock { state in
      change(&state.lease)
      return state.publish(at: time.now)
    }
    if isNews { tell() }
    return held
  }

  /// Tells the listeners what is new, in its order, and not under the lock that a listener takes when it leaves: whoever
  /// cancels a listener holds what a yield to it waits for.
  private func tell() {
    telling.withLock { _ in
      while let (held, listeners) = state.withLock({ $0.nextNews() }) {
        for listener in listeners { listener.yield(held) }
      }
    }
  }
}

extension CurrentTerm.State {
  /// Who holds at `now`, and whether that is news.
  fileprivate mutating func publish(at now: Duration) -> (Term?, isNews: Bool) {
    let held = lease.held(at: now)
    guard held != published else { return (held, false) }
    published = held
    news.append(held)
    return (held, true)
  }

  fileprivate mutating func nextNews() -> (Term?, [AsyncStream<Term?>.Continuation])? {
    news.isEmpty ? nil : (news.removeFirst(), Array(listeners.values))
  }
}
