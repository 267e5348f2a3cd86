import Cryptography
import Model
import Store
import WorkflowEngine

/// The next try of an execution that fails: decided with its end, and inserted in the same commit.
struct RetryWish: Sendable, Hashable {
  /// The first retry is 1.
  var attempt: Int
  var count: Int
  /// In seconds.
  var delay: Int64

  var line: String {
    let when = delay == 0 ? "now" : "in \(delay) s"
    return "The job is tried again \(when): retry \(attempt) of \(count)"
  }
}

extension CarriedExecution {
  /// The verdict that the execution ends with when its machine says `verdict`: one that failed or timed out is tried
  /// again as often as its job says. Who aborts a job wants no more of it, and a status of the job's own is no failure.
  func retrying(
    _ verdict: WorkflowMachine.Verdict, at instant: Instant, transition: inout Transition
  ) -> WorkflowMachine.Verdict {
    guard verdict.status == .failed || verdict.status == .timedout, record.jobID != nil,
      record.abortRequestedAt == nil,
      let plan = try? RetryPlan(of: job, options: record.options),
      record.retryAttempt < plan.count
    else { return verdict }
    let wish = RetryWish(
      attempt: record.retryAttempt + 1, count: plan.count, delay: plan.delay)
    transition.retry = wish
    transition.lines.append(
      ExecutionLogLine(execution: id, key: nil, level: .warn, at: instant, text: wish.line))
    return WorkflowMachine.Verdict(status: .failedWithRetry, reason: verdict.reason)
  }

  /// The next try: for the member that carried this one, at once or when the delay is over. Nobody plans it before.
  func retry(
    _ wish: RetryWish, as number: ExecutionID, by term: Term, sealer: EnvelopeSealer,
    at now: Instant,
    _ databaseTime: Instant
  ) throws -> ExecutionDraft {
    var draft = ExecutionDraft(
      id: number, project: record.project, jobID: record.jobID, jobName: record.jobName,
      jobGroup: record.jobGroup, definition: record.definition, status: .queued, user: record.user,
      argString: record.argString, options: record.options,
      sealedOptions: try OptionSeal(sealer).seal(secureOptions, for: number),
      nodeFilter: record.nodeFilter, logLevel: record.logLevel, epoch: Epoch(0), createdAt: now,
      decider: term, logLimit: job.logLimit)
    draft.runLimit = record.runLimit
    draft.retry = RetryLink(
      attempt: wish.attempt, previous: id, original: record.retryOriginal ?? id)
    if wish.delay > 0 {
      draft.begin(
        laterAt: databaseTime.advanced(by: .seconds(wish.delay)), owner: term, at: now)
    } else {
      // A schedule's execution is tried again as one.
      if record.runType == .scheduled { draft.dueAt = record.dueAt }
      draft.chosenMember = term.member
      draft.choice = 1
      draft.chosenAt = databaseTime
    }
    return draft
  }

  /// A next try that waits for its time, with the member that decided it.
  init(waiting retry: ExecutionDraft, of execution: CarriedExecution, by term: Term) throws {
    self.init(
      try retry.record(), execution.job, secureOptions: execution.secureOptions,
      ownership: Ownership(execution: retry.id, term: term, epoch: retry.epoch),
      machine: WorkflowMachine(plan: .nothing))
    files = execution.files
    isScheduled = true
    timeout = execution.timeout
  }
}

extension ExecutionDraft {
  /// It waits for its time, with its owner.
  mutating func begin(laterAt instant: Instant, owner: Term, at now: Instant) {
    status = .scheduled
    self.owner = owner
    epoch = Epoch(1)
    startedAt = instant
    dueAt = instant
    createdAt = min(now, instant.advanced(by: .microseconds(-1)))
  }
}
