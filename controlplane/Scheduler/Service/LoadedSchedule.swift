import Model
import Schedule
import Store

/// A stored schedule with its rule as read.
struct LoadedSchedule: Sendable {
  let record: ScheduleRecord
  let schedule: Schedule?
  let problem: ScheduleError?
}

/// Reads the rules of many schedules; equal ones, of which there are many, once.
struct RuleReader {
  private var known: [JobSchedule: Result<Schedule, ScheduleError>] = [:]

  /// The schedule with its rule, as far as it is enabled.
  mutating func read(_ record: ScheduleRecord) -> LoadedSchedule {
    guard record.isEnabled, let rule = record.rule else {
      return LoadedSchedule(record: record, schedule: nil, problem: nil)
    }
    switch known[rule] ?? read(rule) {
    case .success(let schedule):
      return LoadedSchedule(record: record, schedule: schedule, problem: nil)
    case .failure(let problem):
      return LoadedSchedule(record: record, schedule: nil, problem: problem)
    }
  }

  private mutating func read(_ rule: JobSchedule) -> Result<Schedule, ScheduleError> {
    let result = Result { () throws(ScheduleError) in try Schedule(rule) }
    known[rule] = result
    return result
  }
}

extension OwnedSchedule {
  /// What is to be known of a schedule that was read at `now`, in place of `known`.
  ///
  /// A version that began a moment ago fires from its beginning, as if the member had known it at once;
  /// what lies before is settled by the catch-up policy.
  init(
    _ loaded: LoadedSchedule, project: String, known: OwnedSchedule?, now: Instant,
    patience: Duration
  ) {
    let record = loaded.record
    let isNew = record.validFrom.duration(to: now) <= patience
    let begin = isNew ? max(record.validFrom, record.settledUntil) : now
    // Before its first version nothing was due.
    let known = known.map { ($0.settled, max($0.handed, record.validFrom)) }
    let settled = max(
      record.settledUntil, record.version == 1 ? record.validFrom : record.settledUntil)
    self.init(
      job: record.job, project: project, version: record.version, validFrom: record.validFrom,
      schedule: loaded.schedule, isGone: record.rule == nil, catchUp: record.rule?.catchUp,
      settled: max(settled, known?.0 ?? settled), stored: record.settledUntil,
      handed: max(known?.1 ?? begin, record.validFrom))
  }
}
