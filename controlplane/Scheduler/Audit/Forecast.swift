public import Model
public import Schedule

/// When a job will be due, or would have been. Pure.
public enum Forecast {
  /// The longest answer there is, whatever was asked for: a job may be due each second of a year.
  public static let longest = 100_000

  /// The first `max` instants in (now, now + span], in the order of time; at most `longest`.
  public static func future(
    of schedule: Schedule, at now: Instant, within span: ForecastSpan, max: Int? = nil
  ) -> [Instant] {
    guard let limit = limit(max) else { return [] }
    return schedule.instants(after: now, through: span.end(from: now), limit: limit)
  }

  /// The last `max` instants in [now − span, now), the newest first; at most `longest`. It goes by the
  /// present rule, whatever the rule was then.
  public static func past(
    of schedule: Schedule, at now: Instant, within span: ForecastSpan, max: Int? = nil
  ) -> [Instant] {
    guard let limit = limit(max) else { return [] }
    let start = Instant(microseconds: span.start(from: now).microseconds - 1)
    var end = Instant(microseconds: now.microseconds - 1)
    var found: [Instant] = []
    while found.count < limit, let instant = schedule.last(after: start, through: end) {
      found.append(instant)
      end = Instant(microseconds: instant.microseconds - 1)
    }
    return found
  }

  /// The next `count` instants after `now`, however far away; at most `longest`.
  public static func next(_ count: Int, of schedule: Schedule, at now: Instant) -> [Instant] {
    guard let limit = limit(count) else { return [] }
    return schedule.instants(after: now, through: Instant(microseconds: .max), limit: limit)
  }

  private static func limit(_ max: Int?) -> Int? {
    let limit = min(max ?? longest, longest)
    return limit > 0 ? limit : nil
  }
}
