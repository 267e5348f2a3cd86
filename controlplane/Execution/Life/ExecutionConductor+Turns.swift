import Cluster
import Logging
import Model
import Store

// Executions that wait for their turn are nobody's. Whichever member sees room of their job first lets the next one in:
// the one that carried what has ended, and the others when they look from time to time.

extension ExecutionConductor {
  /// Lets in whoever may begin: of one job, or of all of them.
  func letIn(of job: JobID? = nil) async {
    do throws(StoreError) {
      var last: JobID?
      repeat {
        guard mayAct, !isDraining else { return }
        let lines = try await store.ask.executions.lines(of: job, after: last)
        for line in lines where mayAct { try await serve(line) }
        last = lines.count < Self.linesAtOnce ? nil : lines.last?.job
      } while last != nil
    } catch {
      logger.warning(
        "Executions that wait for their turn wait on", metadata: ["error": "\(error)"])
    }
  }

  private static let linesAtOnce = 64

  private func serve(_ line: JobLine) async throws(StoreError) {
    if let replacement = line.replacement { try await makeRoom(for: replacement, line) }
    var next: JobLine? = line
    while let line = next, mayAct {
      if let obstacle = line.obstacle {
        guard try await refuse(line, obstacle) else { return }
      } else {
        guard line.hasRoom, try await admit(line) else { return }
      }
      next = try await store.ask.executions.lines(of: line.job).first
    }
  }

  /// Ends what waited before the replacement, and asks for the end of what is in its way.
  private func makeRoom(
    for replacement: ExecutionID, _ line: JobLine
  ) async throws(StoreError) {
    guard let term = served else { return }
    let now = timing.now()
    let reason = "\(Overlap.replaced(by: replacement)); it had not begun"
    let answers = try await store.commit([
      .lock(job: line.job),
      .supersede(before: replacement, of: line.job, reason: reason, at: now, by: term),
      .notifySuperseded(of: line.job, reason: reason, at: now),
      .requestAborts(for: replacement, of: line.job, at: now, by: term),
    ])
    if answers[2].rows > 0 { cluster.announceNotifications() }
    guard answers[3].rows > 0 else { return }
    let ending = try await store.ask.executions.ending(of: line.job)
    for id in ending where id != replacement {
      await say(Overlap.replaced(by: replacement), of: id, at: now)
      if carried[id] == nil { commands.announceAbort(of: id) }
    }
    await obeyAbortRequests(of: [])
  }

  /// Whether an execution was let in.
  private func admit(_ line: JobLine) async throws(StoreError) -> Bool {
    let question = RemoteExecutionQuestion(
      project: line.project, occasion: .run, carriesSecureOptions: line.isSecret)
    let decision = await cluster.choice?.choose(question) ?? .withoutPolicy(term.member)
    guard let term = served, mayAct else { return false }
    let answer = try await store.commit([
      .lock(job: line.job),
      .admit(firstOf: line.job, to: decision.chosen, decision: decision, by: term),
    ])[1]
    guard let number = answer.number else { return false }
    let id = ExecutionID(number)
    if let chosen = decision.chosen { tellChosen(chosen, of: id) } else { lookWhenClaimIsOver() }
    try await store.ask.decisions.add(
      Decision(
        kind: .overlap, member: term.member, subject: decision.chosen, job: line.job,
        execution: id, project: line.project, reason: Overlap.begins(id)))
    return true
  }

  /// Ends the first in line, because no run of the job may begin. Whether it was ended.
  private func refuse(
    _ line: JobLine, _ obstacle: JobLine.Obstacle
  ) async throws(StoreError) -> Bool {
    let error: LaunchError =
      switch obstacle {
      case .jobGone: .noJob(line.job)
      case .executionDisabled: .executionDisabled(line.job)
      case .projectDisabled: .projectDisabled(line.project)
      }
    return try await endUnclaimed(line.first, .failed, "\(error)")
  }
}
