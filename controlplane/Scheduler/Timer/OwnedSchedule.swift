import Model
import Schedule

/// A schedule that this member owns, as it is kept in memory.
struct OwnedSchedule: Sendable {
  let job: JobID
  let project: String
  let version: Int64
  /// The version holds after this instant.
  let validFrom: Instant
  /// Nil while the schedule is switched off, or when its rule cannot be read.
  let schedule: Schedule?
  /// Whether the job has no schedule any more: only its past is settled, and the store then forgets it.
  let isGone: Bool
  /// The job's own way to catch up; nil for the server's.
  let catchUp: CatchUpPolicy?
  /// Every instant up to here has an outcome, for certain.
  var settled: Instant
  /// What the store knows of `settled`.
  var stored: Instant
  /// Every instant up to here was handed to somebody: it has an outcome, waits for an answer, or is
  /// settled by the backlog.
  var handed: Instant

  /// The next instant that nobody has been handed.
  var next: Instant? { schedule?.next(after: handed) }
}

extension OwnedSchedule {
  /// The present version, as far as it concerns the instants that are not settled.
  var span: ScheduleSpan {
    ScheduleSpan(
      version: version, project: project, schedule: schedule, from: validFrom, through: nil)
  }

  /// Whether the store is to learn how far it is settled.
  var isToBeStored: Bool { stored < settled || (isGone && settled >= validFrom) }

  /// Whether some instant up to `handed` may be without an outcome, and the next one that nobody has been
  /// handed. Most schedules have no past, and then one search finds both.
  var outlook: (hasPast: Bool, next: Instant?) {
    guard settled < handed else { return (false, next) }
    guard settled >= validFrom else { return (true, next) }
    guard let first = schedule?.next(after: settled) else { return (false, nil) }
    return first <= handed ? (true, next) : (false, first)
  }
}
