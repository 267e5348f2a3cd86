public import Model

/// When a job runs by itself: a cron expression on the local clock of a time zone.
///
/// All instants are whole seconds and lie between 1970 and the end of 2199 (local time).
///
/// ## Where the clock is put forward or back
///
/// *A rule with certain hours* (its hour field does not name all 24) runs **once per local day for each
/// local time that it names**, in the order of the local clock: at the first instant at which the local
/// clock shows that time or a later one.
/// - A time in the **gap** (the clock goes from 02:00 to 03:00, the rule says 02:30) runs at the first
///   instant after it, 03:00. Several times of one rule in the same gap are one run, and so is one of them
///   with a time that the rule has at the gap's end. Where the gap ends at midnight, that run belongs to the
///   day before although the clock shows 00:00 already.
/// - A time in the **overlap** (the clock goes from 03:00 back to 02:00, the rule says 02:30) runs the first
///   time only.
/// - A local day that does not exist at all (Pacific/Apia, 2011-12-30) has no runs.
///
/// *A rule with every hour* (`*`, `*/1`, `0-23`, `0/1`) runs **in every hour that elapses**: at every
/// instant whose local time fits. Nothing is made up for the gap, since that hour never was, and the
/// overlap's second hour has its runs as every other hour. Where the clock is shifted by less than an hour
/// (Australia/Lord_Howe: 30 minutes), a rule with one time in the hour runs once in each hour of the local
/// clock: at the gap's end for the hour that began in the gap, and not again in the half hour that comes
/// twice.
///
/// Which of the two a rule is depends on the set of hours alone, not on how it is written: `*/2` names
/// twelve certain hours.
public struct Schedule: Sendable, Hashable {
  public let cron: CronExpression
  public let zone: TimeZoneRules
  let pace: Pace

  /// How a rule deals with shifts of the clock.
  enum Pace: UInt8, Sendable {
    /// Certain hours: every local time once.
    case localTimes
    /// Every hour: every instant that fits.
    case elapsedTime
    /// Every hour, once: as before, and once an hour also where the shift is less than an hour.
    case hourly
  }

  /// - Throws: `ScheduleError` when the expression or the time zone's name is none.
  public init(_ rule: JobSchedule) throws(ScheduleError) {
    self.init(try CronExpression(rule.crontab), in: try TimeZoneRules.named(rule.timeZone))
  }

  public init(_ cron: CronExpression, in zone: TimeZoneRules) {
    self.cron = cron
    self.zone = zone
    guard cron.hours == 0xFF_FFFF else {
      pace = .localTimes
      return
    }
    let isHourly = cron.minutes.nonzeroBitCount == 1 && cron.seconds.nonzeroBitCount == 1
    pace = isHourly ? .hourly : .elapsedTime
  }

  /// The first due instant later than `instant`; nil when there is none up to the end of 2199.
  public func next(after instant: Instant) -> Instant? {
    due(after: instant.wholeSeconds).map { Instant(microseconds: $0 * 1_000_000) }
  }

  private func due(after second: Int64) -> Int64? {
    pace == .localTimes ? localTime(after: second) : elapsedTime(after: second)
  }

  /// The due instants in (`instant`, `end`], at most `limit` of them, in order.
  public func instants(after instant: Instant, through end: Instant, limit: Int) -> [Instant] {
    var found: [Instant] = []
    var last = instant
    while found.count < limit, let next = next(after: last), next <= end {
      found.append(next)
      last = next
    }
    return found
  }
}
