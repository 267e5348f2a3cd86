public import Model

/// The next runs of a rule, for a person who is about to save it.
public struct SchedulePreview: Sendable, Hashable {
  /// One run to come.
  public struct Run: Sendable, Hashable {
    public let instant: Instant
    /// On the zone's clock with its offset: `2026-03-29T03:00:00+02:00`.
    public let localTime: String
    /// What the shift of the clock did to it; nil on ordinary days.
    public let remark: String?
  }

  public let rule: JobSchedule
  /// Fewer than asked for when the rule ends; none when it never runs.
  public let runs: [Run]

  /// - Throws: `ScheduleError` for a rule that is none. `CronExpression.problems(in:)` tells everything at
  ///   once.
  public init(_ rule: JobSchedule, after instant: Instant, count: Int) throws(ScheduleError) {
    let schedule = try Schedule(rule)
    self.rule = rule
    let instants = schedule.instants(
      after: instant, through: Instant(microseconds: .max), limit: count)
    runs = instants.map { instant in
      Run(
        instant: instant, localTime: schedule.zone.localText(at: instant),
        remark: schedule.remark(on: instant))
    }
  }
}

extension Schedule {
  /// What the shift of the clock means for a due instant.
  func remark(on instant: Instant) -> String? {
    let second = instant.wholeSeconds
    let piece = zone.table.piece(at: second)
    let label = second + zone.table.offsets[piece]
    if cron.next(from: label) != label {
      return "the clock skips the time that was due, so it runs right after"
    }
    let next = piece + 1
    if next < zone.table.count, label >= zone.table.firstLabel(of: next) {
      return pace == .localTimes || zone.table.shift(into: next) > -3_600 && pace == .hourly
        ? "the clock shows this time twice; only the first time counts"
        : "the clock shows this time twice; this is the first time"
    }
    return label < zone.table.reached[piece] ? "the clock shows this time the second time" : nil
  }
}
