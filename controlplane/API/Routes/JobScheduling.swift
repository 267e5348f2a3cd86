import Model
import Schedule

/// How the schedules of jobs are stored that somebody saves through this member.
struct JobScheduling: Sendable, Hashable {
  /// The member that last modified a job owns its schedule.
  let owner: MemberID
  /// The zone of schedules that name none.
  let timeZone: String

  /// The rule of the job's schedule; nil for a job without one. Throws for a rule that cannot be read, and for
  /// one that is never due.
  func rule(of job: Job) throws(ScheduleError) -> JobSchedule? {
    guard let rule = try JobSchedule(of: job, defaultZone: timeZone) else { return nil }
    _ = try Schedule(rule)
    return rule
  }
}

extension API {
  var scheduling: JobScheduling {
    JobScheduling(
      owner: MemberID(dependencies.server.uuid), timeZone: dependencies.timeZone)
  }
}
