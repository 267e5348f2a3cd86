public import Model

/// For how long a term may be trusted, by this process's own clock alone. Decides, does nothing.
///
/// A term is trusted until `trust` after the moment at which its last successful renewal was *sent*. The
/// database stored that renewal later than that, so the trust ends before the heartbeat is `considerInactive`
/// old to the others, by the margin that is left out of it.
public struct TermLease: Sendable, Hashable {
  /// How long a renewal is good for.
  public let trust: Duration
  /// The newest term there was.
  public private(set) var last: Term
  /// Up to when `last` is trusted; nil when it has ended for good.
  public private(set) var deadline: Duration?
  /// Since when `last` has been trusted without a break.
  public private(set) var since: Duration

  /// The lease of a term that was asked for at `sent`.
  public init(_ term: Term, sent: Duration, trust: Duration) {
    self.trust = trust
    last = term
    deadline = sent + trust
    since = sent
  }

  /// The term, when it may be acted on at `now`.
  public func held(at now: Duration) -> Term? {
    guard let deadline, now < deadline else { return nil }
    return last
  }

  /// A renewal of `term`, sent at `sent`, has succeeded, as is known at `now`. It never shortens the lease, and
  /// never revives a term that has ended.
  public mutating func renewed(_ term: Term, sent: Duration, at now: Duration) {
    guard term == last, let deadline else { return }
    if now >= deadline { since = now }
    self.deadline = max(deadline, sent + trust)
  }

  /// The store said that `term` is over: fenced, superseded or left.
  public mutating func ended(_ term: Term) {
    if term == last { deadline = nil }
  }

  /// A new term has begun, which was asked for at `sent`. An older one than `last` is not taken.
  public mutating func began(_ term: Term, sent: Duration) {
    guard term.incarnation > last.incarnation else { return }
    self = TermLease(term, sent: sent, trust: trust)
  }
}
