public import Model
public import Schedule

/// Decides when a clean-up is due and how much it deletes. Pure.
public enum CleanupDecider {
  /// The last instant of the schedule in (`last`, `now`], or nil when none fell due: a run that was missed is made up
  /// for once.
  public static func due(_ schedule: Schedule, after last: Instant, now: Instant) -> Instant? {
    // Looked for backwards in growing stretches, so that a long absence costs little.
    var span: Int64 = 3_600
    while true {
      let from = max(last, now.advanced(by: .zero - .seconds(span)))
      if let found = latest(schedule, after: from, through: now) { return found }
      if from <= last { return nil }
      span *= 8
    }
  }

  private static func latest(
    _ schedule: Schedule, after: Instant, through now: Instant
  ) -> Instant? {
    guard var found = schedule.next(after: after), found <= now else { return nil }
    // The next instant behind the middle halves the stretch that is left.
    var end = now
    while found.duration(to: end) > .seconds(2) {
      let middle = found.advanced(by: found.duration(to: end) / 2)
      if let next = schedule.next(after: middle), next <= now { found = next } else { end = middle }
    }
    while let next = schedule.next(after: found), next <= now { found = next }
    return found
  }

  /// How many executions a run deletes, the oldest ones.
  ///
  /// - Parameters:
  ///   - total: The project's executions, ended or not.
  ///   - old: How many of them ended long enough ago.
  public static func count(_ policy: CleanupPolicy, total: Int64, old: Int64) -> Int64 {
    max(0, min(old, policy.batch, total - policy.minimum))
  }
}
