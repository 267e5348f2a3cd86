public import Model

/// What becomes of the instants that nobody fired in time. Decides, does nothing.
///
/// One value settles one job's instants of one period; each of them gets exactly one verdict.
public struct Settlement: Sendable, Hashable {
  /// What becomes of an instant without an outcome.
  public enum Verdict: Sendable, Hashable {
    /// It is launched late, unless something else keeps it from running.
    case launch
    /// It does not run any more.
    case miss(FireReason)
  }

  /// The job's policy, or the server's.
  public let policy: CatchUpPolicy
  /// When the period was looked at: how late an instant is, is measured from here.
  public let now: Instant
  /// The newest instant of the period, whether it has an outcome or not; nil when there is none.
  public let newest: Instant?
  /// An instant that is no later than this is not late, whatever the policy: a member may be held up for a
  /// moment, and in an orderly restart the job is nobody's for a moment.
  public let patience: Duration

  public init(
    policy: CatchUpPolicy, now: Instant, newest: Instant?, patience: Duration
  ) {
    self.policy = policy
    self.now = now
    self.newest = newest
    self.patience = patience
  }

  /// The first instant that is still within the policy's window.
  public var windowStart: Instant { now.advanced(by: .zero - .seconds(max(policy.window, 0))) }

  /// The verdict on one of the period's instants.
  public func verdict(on instant: Instant) -> Verdict {
    if instant.duration(to: now) <= patience { return .launch }
    if policy.mode == .skip { return .miss(.catchUpSkip) }
    if instant < windowStart { return .miss(.catchUpWindow) }
    if policy.mode == .latest && instant != newest { return .miss(.catchUpSuperseded) }
    return .launch
  }
}
