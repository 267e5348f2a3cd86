public import Model

/// Decides which dead members are to be fenced, and who gets what they own. Decides, does nothing.
///
/// Every member decides for itself; the store lets one of them do it. A member is taken from when two clocks agree:
/// its heartbeat is `dead` old by the database's, and this process has seen that very heartbeat for `inactive` by its
/// own monotonic one. The second makes it safe whatever happens to the database's clock: the renewal was sent before
/// it was first seen here, so its sender's trust has run out.
public struct TakeoverDecider: Sendable {
  /// Who may get the schedules of which project (nil: of every other one). For the policy `RemoteExecution` it is
  /// asked with the dead member and the survivors.
  public typealias Candidates = @Sendable (MemberID, [MemberStanding]) -> [String?: [MemberID]]

  /// How much later than at its death a member is looked at, so that neither rounding nor the estimate of the
  /// database's time makes it too early.
  static let slack = Duration.milliseconds(10)

  /// When a decision is made: the database's time and this process's own.
  public struct Moment: Sendable, Hashable {
    public var now: Instant
    public var monotonic: Duration
    /// Since when this process has been in touch with the database without a break. A silence counts from then on,
    /// because before that nobody may have been able to renew.
    public var judgingSince: Duration

    public init(now: Instant, monotonic: Duration, judgingSince: Duration) {
      self.now = now
      self.monotonic = monotonic
      self.judgingSince = judgingSince
    }
  }

  private struct Sighting {
    var heartbeatAt: Instant
    var first: Duration
    var lastAttempt: Duration?
  }

  let timing: ClusterTiming
  let settings: TakeoverSettings
  let candidates: Candidates?
  private var sightings: [Term: Sighting] = [:]

  /// `candidates` answers for the policy `RemoteExecution`; without it that policy is like `Any`.
  public init(
    timing: ClusterTiming, settings: TakeoverSettings, candidates: Candidates? = nil
  ) {
    self.timing = timing
    self.settings = settings
    self.candidates = candidates
  }

  /// What to do, as `own` sees `members` at that moment.
  public mutating func decide(
    _ members: [MemberStanding], own: MemberID, at moment: Moment
  ) -> TakeoverDecision {
    // Often enough to have seen each heartbeat for `inactive` by the time it is `dead` old.
    var decision = TakeoverDecision(wakeAfter: max(timing.dead - timing.inactive, timing.heartbeat))
    look(at: members, at: moment.monotonic)
    for member in members where member.term.member != own && !member.isOver {
      let wait = wait(for: member, at: moment)
      if wait > .zero {
        decision.wakeAfter = min(decision.wakeAfter, wait)
      } else {
        judge(member, members, at: moment, into: &decision)
      }
    }
    return decision
  }

  /// Keeps since when each heartbeat has been seen.
  private mutating func look(at members: [MemberStanding], at now: Duration) {
    var seen: [Term: Sighting] = [:]
    for member in members {
      let known = sightings[member.term]
      let first = known?.heartbeatAt == member.heartbeatAt ? known?.first : nil
      seen[member.term] = Sighting(
        heartbeatAt: member.heartbeatAt, first: first ?? now, lastAttempt: known?.lastAttempt)
    }
    sightings = seen
  }

  /// How long until `member` may be taken from, if it says nothing more.
  private func wait(for member: MemberStanding, at moment: Moment) -> Duration {
    let id = member.term.member
    let delay = settings.delay(for: id) + Self.slack
    let death = member.heartbeatAt.advanced(by: timing.dead + delay)
    var due = max(
      moment.monotonic + moment.now.duration(to: death), moment.judgingSince + timing.dead + delay)
    guard let sighting = sightings[member.term] else { return timing.inactive }
    due = max(due, sighting.first + timing.inactive)
    if let last = sighting.lastAttempt {
      due = max(due, last + max(settings.pause(for: id), timing.heartbeat))
    }
    return due - moment.monotonic
  }

  private mutating func judge(
    _ dead: MemberStanding, _ members: [MemberStanding], at moment: Moment,
    into decision: inout TakeoverDecision
  ) {
    let survivors = members.filter { $0.isSurvivor(at: moment.now, timing: timing) }
    if let reason = refusal(dead, survivors) {
      decision.leftAlone.append(.init(dead: dead.term, reason: reason))
      if !survivors.isEmpty { return }
    } else {
      sightings[dead.term]?.lastAttempt = moment.monotonic
      decision.fencings.append(fencing(dead, survivors, now: moment.now))
    }
    decision.wakeAfter = min(decision.wakeAfter, timing.heartbeat)
  }
}
