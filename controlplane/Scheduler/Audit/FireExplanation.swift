public import Model
import Schedule
public import Store

/// Why something did or did not happen to a job at an instant: the one deciding reason. Pure.
public struct FireExplanation: Sendable, Hashable {
  /// What decided.
  public enum Verdict: String, Sendable, Hashable, CaseIterable {
    /// It ran: the ledger says as which execution.
    case ran
    /// It was due and did not run; the ledger says why.
    case missed
    /// It was due and was rightly not run; the ledger says why.
    case skipped
    /// The job had no schedule then.
    case notScheduled
    /// The job's schedule was switched off then.
    case scheduleDisabled
    /// The rule of that time does not name the instant.
    case notDue
    /// The rule of that time cannot be read.
    case unreadable
    /// The instant has not come yet.
    case future
    /// It was due a moment ago and its outcome is on the way.
    case open
    /// It was due, and nothing is known of it.
    case gap
    /// What was recorded of that time is not kept any more.
    case notKept
  }

  public let job: JobID
  public let instant: Instant
  public let verdict: Verdict
  /// One sentence for people.
  public let reason: String
  /// The ledger's row.
  public let row: FireRecord?
  /// The version of the schedule that held then.
  public let version: ScheduleVersion?
  /// Who owns the schedule now; nil when nobody does.
  public let owner: MemberID?
  /// The instants next to it at which that version is due.
  public let before: Instant?
  public let after: Instant?
  /// What was decided about the job and its execution around then, the latest first.
  public let decisions: [DecisionRecord]
}

/// What an explanation is made of.
public struct FireEvidence: Sendable {
  public var row: FireRecord?
  public var version: ScheduleVersion?
  public var present: ScheduleRecord?
  public var decisions: [DecisionRecord]
  /// From which instant on all outcomes are kept; nil when none was ever deleted.
  public var keptFrom: Instant?

  public init(
    row: FireRecord?, version: ScheduleVersion?, present: ScheduleRecord?,
    decisions: [DecisionRecord], keptFrom: Instant? = nil
  ) {
    self.keptFrom = keptFrom
    self.row = row
    self.version = version
    self.present = present
    self.decisions = decisions
  }
}

extension FireExplanation {
  /// The explanation that the evidence gives at `now`.
  public init(job: JobID, instant: Instant, evidence: FireEvidence, now: Instant) {
    let reading = evidence.version.map { ScheduleSpan.read($0) }
    let schedule = reading?.span.schedule
    let finding = Self.finding(instant, evidence, reading?.problem, schedule, now)
    self.init(
      job: job, instant: instant, verdict: finding.0, reason: finding.1, row: evidence.row,
      version: evidence.version, owner: evidence.present?.owner,
      before: schedule?.last(
        after: Instant(microseconds: 0), through: Instant(microseconds: instant.microseconds - 1)),
      after: schedule?.next(after: instant), decisions: evidence.decisions)
  }

  private static func finding(
    _ instant: Instant, _ evidence: FireEvidence, _ problem: ScheduleError?, _ schedule: Schedule?,
    _ now: Instant
  ) -> (Verdict, String) {
    if let row = evidence.row { return finding(row) }
    if let kept = evidence.keptFrom, instant < kept {
      return (.notKept, "What was due before \(kept.iso8601) is not kept any more.")
    }
    guard let version = evidence.version, let rule = version.rule else {
      return (.notScheduled, "The job had no schedule at that time.")
    }
    if let problem { return (.unreadable, "The rule \(rule.crontab) cannot be read: \(problem)") }
    guard let schedule else {
      return (
        .scheduleDisabled,
        "The job's schedule was switched off by version \(version.version), "
          + "which held from \(version.validFrom.iso8601)."
      )
    }
    guard schedule.next(after: Instant(microseconds: instant.microseconds - 1)) == instant else {
      return (
        .notDue,
        "Version \(version.version) of the schedule (\(rule.crontab), \(rule.timeZone)) "
          + "is not due at that instant."
      )
    }
    return unsettled(instant, evidence.present, now)
  }

  private static func unsettled(
    _ instant: Instant, _ present: ScheduleRecord?, _ now: Instant
  ) -> (Verdict, String) {
    let owner = present?.owner.map { "member \($0)" } ?? "nobody"
    if instant > now { return (.future, "It is due then; \(owner) owns the schedule.") }
    if instant.duration(to: now) < LedgerAudit.grace {
      return (.open, "It was due a moment ago; its outcome is on the way.")
    }
    return (
      .gap, "It was due and has no outcome yet; \(owner) owns the schedule and has to settle it."
    )
  }

  private static func finding(_ row: FireRecord) -> (Verdict, String) {
    let delay = row.dueAt.duration(to: row.settledAt).milliseconds
    let detail = row.detail.map { " \($0)" } ?? ""
    switch row.outcome {
    case .ran(let execution):
      return (.ran, "It ran as execution \(execution), \(delay) ms after it was due.\(detail)")
    case .missed(let reason):
      return (.missed, "It was missed: \(reason.sentence) It was found \(delay) ms late.\(detail)")
    case .skipped(let reason):
      return (.skipped, "It was skipped: \(reason.sentence)\(detail)")
    }
  }
}

extension FireReason {
  /// The reason for people, as a sentence.
  public var sentence: String {
    switch self {
    case .executionDisabled: "the job's executions were disabled."
    case .projectScheduleDisabled: "the schedules of its project were disabled."
    case .projectExecutionsDisabled: "the executions of its project were disabled."
    case .passive: "no member that might have carried it was active."
    case .draining: "its owner was told to drain."
    case .alreadyRunning: "an execution of the job was going on, and the job allows no more."
    case .calendar: "a calendar excludes it."
    case .catchUpWindow: "nobody was there to run it, and the catch-up window was over."
    case .catchUpSuperseded: "nobody was there to run it, and a later instant ran in its place."
    case .catchUpSkip: "nobody was there to run it, and the catch-up policy is to skip."
    case .invalid: "it could not be launched."
    case .jobGone: "the job was deleted."
    }
  }
}
