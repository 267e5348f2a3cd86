/// When a job runs by itself, as it is scheduled by: crontab and time zone are resolved when the job is
/// saved, so that no later change of a default moves its runs.
public struct JobSchedule: Sendable, Hashable, Codable {
  /// Seven Quartz fields: second, minute, hour, day of month, month, day of week, year.
  public var crontab: String
  /// An IANA name, for example `Europe/Berlin`.
  public var timeZone: String
  /// The job's own way to treat instants that nobody fired in time; nil for the server's.
  public var catchUp: CatchUpPolicy?

  public init(crontab: String, timeZone: String, catchUp: CatchUpPolicy? = nil) {
    self.crontab = crontab
    self.timeZone = timeZone
    self.catchUp = catchUp
  }
}
