public import Model
public import Schedule

/// One version of a schedule, over the time in which it held.
public struct ScheduleSpan: Sendable {
  public let version: Int64
  public let project: String
  /// What it makes due; nil when it was switched off, or cannot be read.
  public let schedule: Schedule?
  /// It held after this instant.
  public let from: Instant
  /// It held up to and with this instant; nil for the present version.
  public let through: Instant?

  public init(
    version: Int64, project: String, schedule: Schedule?, from: Instant, through: Instant?
  ) {
    self.version = version
    self.project = project
    self.schedule = schedule
    self.from = from
    self.through = through
  }
}

/// An instant at which a job was due, and the version that says so.
public struct ExpectedInstant: Sendable, Hashable {
  public let instant: Instant
  public let version: Int64
  public let project: String
}

/// The instants at which one job is due: the union over its schedule's versions. Pure.
public struct ExpectedInstants: Sendable {
  /// The versions in the order of time.
  public let spans: [ScheduleSpan]

  /// Versions in any order. They do not overlap.
  public init(_ spans: [ScheduleSpan]) { self.spans = spans.sorted { $0.version < $1.version } }

  /// The first instant after `after` and not after `through`.
  public func next(after: Instant, through: Instant) -> ExpectedInstant? {
    for span in spans {
      let end = min(span.through ?? through, through)
      let start = max(span.from, after)
      guard start < end, let instant = span.schedule?.next(after: start), instant <= end else {
        continue
      }
      return ExpectedInstant(instant: instant, version: span.version, project: span.project)
    }
    return nil
  }

  /// The first `limit` instants in (after, through], in their order.
  public func first(_ limit: Int, after: Instant, through: Instant) -> [ExpectedInstant] {
    var found: [ExpectedInstant] = []
    for span in spans where found.count < limit {
      let end = min(span.through ?? through, through)
      let start = max(span.from, after)
      guard start < end, let schedule = span.schedule else { continue }
      found += schedule.instants(after: start, through: end, limit: limit - found.count).map {
        ExpectedInstant(instant: $0, version: span.version, project: span.project)
      }
    }
    return found
  }

  /// The last instant in (after, through], found without looking at all of them.
  public func last(after: Instant, through: Instant) -> ExpectedInstant? {
    for span in spans.reversed() {
      let end = min(span.through ?? through, through)
      let start = max(span.from, after)
      guard start < end, let instant = span.schedule?.last(after: start, through: end) else {
        continue
      }
      return ExpectedInstant(instant: instant, version: span.version, project: span.project)
    }
    return nil
  }
}
