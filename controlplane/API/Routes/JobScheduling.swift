import Model
import Schedule

/// How the schedules of jobs are stored that somebody saves through this member.
struct JobScheduling: Sendable, Hashable {
  /// The member that last modified a job owns its schedule.
  let owner: MemberID
  /// The zone of schedules that name none.
  let timeZone: String
  /// A schedule that is not due after this instant is never due.
  let now: Instant

  /// The rule of the job's schedule; nil for a job without one. Throws for a rule that cannot be read, and for
  /// one that will never be due.
  func rule(of job: Job) throws(ScheduleError) -> JobSchedule? {
    guard let rule = try JobSchedule(of: job, defaultZone: timeZone) else { return nil }
    guard try Schedule(rule).next(after: now) != nil else { throw .neverRuns(rule.crontab) }
    return rule
  }
}

extension API {
  var scheduling: JobScheduling {
    JobScheduling(
      owner: MemberID(dependencies.server.uuid), timeZone: dependencies.timeZone,
      now: dependencies.now())
  }
}
