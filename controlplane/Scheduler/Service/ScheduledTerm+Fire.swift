import Cluster
import Execution
import Model

// The timer: what falls due is handed out together, once.
extension ScheduledTerm {
  /// The most instants that wait for an answer. Beyond it the database is not keeping up, and due instants
  /// are settled later instead.
  static let mostOutstanding = 200_000
  /// The most due instants that are handed out in one go.
  static let firesAtOnce = 2_000
  /// The longest sleep: the database's clock may be set.
  static let longestSleep: Duration = .seconds(5)
  /// How long before something is due it is asked what keeps projects from running.
  static let lead: Duration = .milliseconds(200)

  /// Fires what is due and sleeps until the next instant, until it is stopped.
  func fireLoop() async {
    while !Task.isCancelled && !isStopping {
      let isHeld = isHeld
      if isHeld { fireDue() }
      await sleepUntilDue(isHeld: isHeld)
    }
  }

  /// Ends the timer's sleep: something may be due earlier than it knew.
  func wake() { sleeper?.cancel() }

  private func fireDue() {
    let now = office.time.now()
    var launch: [DueFire] = []
    for _ in 0..<Self.firesAtOnce {
      guard let (schedule, due) = owned.takeDue(by: now) else { break }
      if due.duration(to: now) > office.settings.patience
        || outstanding.count >= Self.mostOutstanding
      {
        owned.hand(schedule.job, through: now)
        addToBacklog(schedule.job)
      } else {
        let instant = ExpectedInstant(
          instant: due, version: schedule.version, project: schedule.project)
        handOut(instant, of: schedule.job, to: &launch)
      }
    }
    if !launch.isEmpty { launches.send(launch) }
  }

  /// Counts the instant as under way, and lets it be launched or recorded as skipped.
  func handOut(_ due: ExpectedInstant, of job: JobID, to launch: inout [DueFire]) {
    outstanding.add(job, due.instant)
    switch FireDecider.verdict(for: due.project, facts: facts) {
    case .launch:
      launch.append(
        DueFire(job: job, project: due.project, version: due.version, dueAt: due.instant))
    case .skip(let reason):
      record(due, of: job, .skipped(reason))
    }
  }

  /// Sleeps until the next instant is due, in two parts: facts are asked for before it.
  private func sleepUntilDue(isHeld: Bool) async {
    let start = office.clock.now
    var wait = Self.longestSleep
    if !isHeld {
      wait = .milliseconds(100)
    } else if let due = owned.firstDue {
      wait = min(wait, office.time.untilReached(due))
      if wait > Self.lead * 1.25 {
        wait -= Self.lead
      } else {
        askFacts(at: start)
      }
    }
    if wait > .zero { await sleep(until: start + wait) } else { await Task.yield() }
  }

  private func askFacts(at now: Duration) {
    if let factsRead, now - factsRead < .seconds(1) { return }
    factsWanted.send()
  }

  private func sleep(until deadline: Duration) async {
    let clock = office.clock
    let task = Task { _ = try? await clock.sleep(until: deadline) }
    sleeper = task
    await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    sleeper = nil
  }
}
