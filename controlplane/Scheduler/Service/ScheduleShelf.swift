import Model
import Schedule
import Store

/// What the scheduler asks of the store.
struct ScheduleShelf: Sendable {
  let store: Store

  /// A page of the member's schedules, by job.
  func owned(
    by member: MemberID, after job: JobID?, limit: Int
  ) async throws(StoreError) -> [ScheduleRecord] {
    try await store.ask.schedules.owned(by: member, after: job, limit: limit)
  }

  /// The schedules of these jobs, whoever owns them.
  func find(_ jobs: [JobID]) async throws(StoreError) -> [ScheduleRecord] {
    try await store.ask.schedules.find(jobs)
  }

  /// The schedules that were changed since.
  func changed(since instant: Instant) async throws(StoreError) -> [ScheduleRecord] {
    try await store.ask.schedules.changed(since: instant)
  }

  /// The versions that held in a part of these periods, by job.
  func spans(
    of periods: [(job: JobID, after: Instant, through: Instant)]
  ) async throws(StoreError) -> [JobID: [ScheduleSpan]] {
    guard let from = periods.map(\.after).min(), let through = periods.map(\.through).max() else {
      return [:]
    }
    let versions = try await store.ask.schedules.versions(
      of: periods.map(\.job), from: from, through: through)
    return Dictionary(grouping: versions, by: \.job).mapValues {
      $0.map { ScheduleSpan.read($0).span }
    }
  }

  /// Which instants have an outcome, by job.
  func outcomes(_ spans: [LedgerSpan]) async throws(StoreError) -> [JobID: Set<Instant>] {
    var known: [JobID: Set<Instant>] = [:]
    for key in try await store.ask.fires.settled(in: spans) {
      known[key.job, default: []].insert(key.dueAt)
    }
    return known
  }

  /// Writes rows in the term's name and answers for each whether it was written.
  ///
  /// - Parameter tellsMisses: whether jobs with notifications are told of what they missed, as of a failure.
  func record(
    _ rows: [FireRow], by term: Term, tellsMisses: Bool
  ) async throws(StoreError) -> [Bool] {
    try await store.ask.fires.record(rows, by: term, tellsMisses: tellsMisses)
  }

  /// Writes how far schedules are settled and answers of which it was noted.
  func advance(
    _ schedules: [OwnedSchedule], by term: Term
  ) async throws(StoreError) -> Set<JobID> {
    try await store.ask.schedules.advance(
      schedules.map { ScheduleAdvance(job: $0.job, version: $0.version, until: $0.settled) },
      by: term)
  }

  /// What keeps projects' schedules from running.
  func facts() async throws(StoreError) -> FireFacts {
    var facts = FireFacts()
    for (project, name) in try await store.ask.projects.switchedOn(
      ProjectSwitch.allCases.map(\.rawValue))
    {
      switch name {
      case ProjectSwitch.schedule.rawValue: facts.schedulesDisabled.insert(project)
      default: facts.executionsDisabled.insert(project)
      }
    }
    return facts
  }
}

/// The documented settings of a project that keep its schedules from running.
public enum ProjectSwitch: String, Sendable, CaseIterable {
  /// No schedule of the project fires.
  case schedule = "project.disable.schedule"
  /// No execution of the project begins.
  case executions = "project.disable.executions"
}

extension ScheduleSpan {
  /// A stored version, and what is wrong with its rule when it cannot be read: it then makes nothing due.
  static func read(_ version: ScheduleVersion) -> (span: ScheduleSpan, problem: ScheduleError?) {
    var schedule: Schedule?
    var problem: ScheduleError?
    if version.isEnabled, let rule = version.rule {
      do throws(ScheduleError) { schedule = try Schedule(rule) } catch { problem = error }
    }
    let span = ScheduleSpan(
      version: version.version, project: version.project, schedule: schedule,
      from: version.validFrom, through: version.validUntil)
    return (span, problem)
  }
}

extension FireRow {
  /// A row for an instant of the job.
  init(_ due: ExpectedInstant, of job: JobID, _ outcome: FireOutcome, detail: String? = nil) {
    self.init(
      job: job, dueAt: due.instant, version: due.version, project: due.project, outcome: outcome,
      detail: detail)
  }
}
