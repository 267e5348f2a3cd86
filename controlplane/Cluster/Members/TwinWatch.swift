public import Model

/// Whether the process that registered this member's UUID before still lives, told by watching its heartbeat. Decides,
/// does nothing.
///
/// It is watched by the monotonic clock, and never judged by the age of its heartbeat: whoever did not renew while it
/// was watched for `considerInactive` has stopped acting, whatever the database's clock says.
public struct TwinWatch: Sendable {
  /// What is known of the other process.
  public enum Verdict: Sendable, Hashable {
    /// It renewed while it was watched, or registered anew: it lives.
    case alive
    /// Look again after that long.
    case undecided(lookAfter: Duration)
    /// It is dead, or has stopped acting.
    case silent
  }

  private let timing: ClusterTiming
  private var first: (term: Term, heartbeatAt: Instant, seenAt: Duration)?

  public init(timing: ClusterTiming) { self.timing = timing }

  /// Its registration was seen at `now` (monotonic).
  public mutating func saw(_ term: Term, heartbeatAt: Instant, at now: Duration) -> Verdict {
    guard let first else {
      first = (term, heartbeatAt, now)
      return .undecided(lookAfter: pause(before: timing.inactive))
    }
    guard term == first.term, heartbeatAt == first.heartbeatAt else { return .alive }
    let rest = first.seenAt + timing.inactive - now
    return rest > .zero ? .undecided(lookAfter: pause(before: rest)) : .silent
  }

  private func pause(before rest: Duration) -> Duration { min(rest, timing.heartbeat / 4) }
}
