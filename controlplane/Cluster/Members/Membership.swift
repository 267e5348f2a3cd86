public import Logging
import Model
public import ServiceLifecycle
public import Store

/// Keeps this member's term: one heartbeat per interval, which carries its load, whatever it owns.
///
/// - A database that is away ends nothing: the lease runs out, `CurrentTerm` tells everybody, and the first renewal
///   that succeeds holds the same term again, unless somebody fenced it.
/// - A term that was fenced is over; the member registers again, after a pause that grows and has a random part, and
///   is useful again in its next term.
/// - A term that a newer process with the same UUID took ends `run` with `MembershipError.superseded`.
/// - A term that this member ended itself, to leave, is not renewed any more.
public struct Membership: Service {
  let facts: MemberFacts
  let terms: CurrentTerm
  let databaseTime: DatabaseTime
  let store: Store
  let registration: MemberRegistration
  let timing: ClusterTiming
  let time: MonotonicTime
  let load: @Sendable () -> MemberLoad
  let jitter: @Sendable (ClosedRange<Double>) -> Double
  let logger: Logger

  /// `registration`, `terms` and `databaseTime` are those that the member began with; `load` is asked before each
  /// heartbeat and must not wait.
  public init(
    facts: MemberFacts, terms: CurrentTerm, databaseTime: DatabaseTime, store: Store,
    registration: MemberRegistration, timing: ClusterTiming = ClusterTiming(),
    time: MonotonicTime, load: @escaping @Sendable () -> MemberLoad = { MemberLoad() },
    jitter: @escaping @Sendable (ClosedRange<Double>) -> Double = { Double.random(in: $0) },
    logger: Logger
  ) {
    self.facts = facts
    self.terms = terms
    self.databaseTime = databaseTime
    self.store = store
    self.registration = registration
    self.timing = timing
    self.time = time
    self.load = load
    self.jitter = jitter
    self.logger = logger
  }

  /// Renews until a graceful shutdown. Throws `MembershipError`.
  public func run() async throws {
    try? await store.announce([.membersChanged], from: facts.session)
    do {
      try await cancelWhenGracefulShutdown {
        try await withThrowingTaskGroup { group in
          group.addTask { try await terms.watch() }
          group.addTask { try await renewForEver() }
          defer { group.cancelAll() }
          try await group.next()
        }
      }
    } catch is CancellationError {
      return
    }
  }

  private func renewForEver() async throws {
    var failures = RenewalFailures(logger: logger)
    try await time.sleep(for: timing.firstHeartbeat)
    while true {
      let sent = time.now
      if try await renew(sent, &failures) == .left {
        return try await time.sleep(for: .seconds(1 << 30))
      }
      try await time.sleep(until: sent + timing.heartbeat)
    }
  }

  /// One renewal; answers how the term was lost, if it was.
  private func renew(_ sent: Duration, _ failures: inout RenewalFailures) async throws -> TermLoss?
  {
    let term = terms.last
    do {
      let instant = try await heartbeat(term)
      terms.renewed(term, sent: sent)
      databaseTime.note(instant, sent: sent, received: time.now)
      failures.succeeded(term)
    } catch StoreError.staleTerm {
      terms.ended(term)
      return try await lost(term)
    } catch let error as CancellationError {
      throw error
    } catch {
      failures.failed(term, error, isHeld: terms.held != nil)
    }
    return nil
  }

  /// The heartbeat, given up when its answer would come too late to be of use.
  private func heartbeat(_ term: Term) async throws -> Instant {
    try await withThrowingTaskGroup { group in
      group.addTask { try await store.ask.members.heartbeat(term, load: load()) }
      group.addTask {
        try await time.sleep(for: timing.inactive)
        throw RenewalUnanswered()
      }
      defer { group.cancelAll() }
      guard let instant = try await group.next() else { throw CancellationError() }
      return instant
    }
  }
}
