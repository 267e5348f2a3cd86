public import Model

extension JobSchedule {
  /// The rule in a job's definition: its `schedule` as `crontab` or in parts, its `timeZone`, and its own
  /// catch-up policy under `plugins.quarterdeck.catchUp` (see `CatchUpPolicy.init(of:)`). Nil when the job
  /// has no `schedule`.
  ///
  /// The crontab is kept in capitals with seven fields, and the zone by the name that it resolves to.
  ///
  /// - Parameter defaultZone: the zone of a job that names none.
  /// - Throws: `ScheduleError` with the key of the definition that is wrong.
  public init?(of job: Job, defaultZone: String) throws(ScheduleError) {
    guard let schedule = job.schedule, let crontab = try ScheduleDefinition.crontab(schedule) else {
      return nil
    }
    let zone: TimeZoneRules
    do {
      zone = try TimeZoneRules.named(try Self.zoneName(of: job) ?? defaultZone)
    } catch {
      throw error.at("timeZone")
    }
    self.init(crontab: crontab, timeZone: zone.name, catchUp: try CatchUpPolicy(of: job))
  }

  /// The zone that the job names; nil when it names none.
  private static func zoneName(of job: Job) throws(ScheduleError) -> String? {
    guard let value = job.kept["timeZone"], value != .null else { return nil }
    guard let text = value.scalarText else {
      throw ScheduleError(
        .timeZone, field: "time zone", message: "expected text, found \(value.kindName)")
    }
    let words = text.split(whereSeparator: \.isWhitespace)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }
}
