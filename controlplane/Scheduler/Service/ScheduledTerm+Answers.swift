import Execution
import Logging
import Model
import Store

// What became of the instants that were handed out.
extension ScheduledTerm {
  /// Has the fires launched, and notes the answers. The term is asked for right before.
  func launch(_ fires: [DueFire]) async {
    guard isHeld else { return doubt(fires) }
    let answers = await office.launcher.fire(fires)
    guard answers.count == fires.count else { return doubt(fires) }
    for (fire, answer) in zip(fires, answers) { note(answer, of: fire) }
    logDoubts(answers)
    noteQuiet()
  }

  private func logDoubts(_ answers: [FireAnswer]) {
    let reasons = answers.compactMap {
      if case .unavailable(let reason) = $0 { reason } else { nil }
    }
    guard let reason = reasons.first else { return }
    office.logger.warning(
      "Due instants have no certain outcome yet; they are settled again",
      metadata: ["instants": "\(reasons.count)", "reason": "\(reason)"])
  }

  private func note(_ answer: FireAnswer, of fire: DueFire) {
    switch answer {
    case .ran, .alreadyRunning:
      noteOutcome(fire.job, fire.dueAt)
    case .refused(let reason, let detail):
      let due = ExpectedInstant(
        instant: fire.dueAt, version: fire.version, project: fire.project)
      record(due, of: fire.job, .skipped(reason), detail: detail)
    case .stale:
      noteStale(fire.job, fire.dueAt)
    case .unavailable:
      noteDoubt(fire.job, fire.dueAt)
    }
  }

  /// The instant has its row.
  func noteOutcome(_ job: JobID, _ instant: Instant) {
    outstanding.remove(job, instant)
    advanced.insert(job)
    raiseFloor(of: job)
  }

  /// Nobody knows whether the instant has a row: its job is settled again.
  func noteDoubt(_ job: JobID, _ instant: Instant) {
    outstanding.remove(job, instant)
    doubtful.insert(job)
    backlogCame.send()
  }

  /// The store refused the instant: the job's schedule is read again, and what is unsettled is settled.
  func noteStale(_ job: JobID, _ instant: Instant) {
    noteDoubt(job, instant)
    want([job])
  }

  private func doubt(_ fires: [DueFire]) {
    for fire in fires { noteDoubt(fire.job, fire.dueAt) }
    noteQuiet()
  }

  /// Every instant before the first unanswered one has an outcome, unless one is in doubt.
  func raiseFloor(of job: JobID) {
    guard !doubtful.contains(job), !backlog.contains(job), let schedule = owned[job] else { return }
    owned.settle(job, through: outstanding.answered(job, handed: schedule.handed))
  }
}
