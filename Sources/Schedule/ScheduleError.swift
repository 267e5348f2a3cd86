/// What is wrong with a schedule: for the person who wrote it.
public struct ScheduleError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: String, Sendable, Hashable, Codable {
    /// The cron expression or one of its fields.
    case crontab
    /// The time zone's name.
    case timeZone
    /// The system's time zone files are not there.
    case timeZonesMissing
    /// The shape of `schedule` in the job definition.
    case definition
    /// The job's own catch-up policy.
    case catchUp
    /// A well-formed rule that no instant fulfils any more.
    case neverRuns
  }

  public let code: Code
  /// What is meant, in words: `hour`, `day of week`, `time zone`…
  public let field: String
  /// What was written there; nil when nothing was.
  public let text: String?
  /// What is wrong with it and what is allowed.
  public let message: String
  /// Where it stands in the job definition (`schedule.time.hour`), when it comes out of one.
  public var key: String?

  public init(
    _ code: Code, field: String, text: String? = nil, message: String, key: String? = nil
  ) {
    self.code = code
    self.field = field
    self.text = text.map { String($0.prefix(200)) }
    self.message = message
    self.key = key
  }

  public var description: String {
    text.map { "\(field) '\($0)': \(message)" } ?? "\(field): \(message)"
  }

  /// For a rule whose `Schedule.next(after:)` answers nil when it is saved, as Rundeck refuses it too.
  public static func neverRuns(_ crontab: String) -> ScheduleError {
    ScheduleError(
      .neverRuns, field: "crontab", text: crontab,
      message: "it never runs: there is no such time from now to the end of the year "
        + "\(CronField.year.values.upperBound)")
  }

  func at(_ key: String) -> ScheduleError {
    var copy = self
    copy.key = key
    return copy
  }
}
