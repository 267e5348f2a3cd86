import Model
import Store
import Wire

// After a group commit: answer those who wait, push assignments, send kills.

extension ExecutionConductor {
  /// Acts on what was committed, given what each commit's writes answered.
  func act(on commits: [(PlannedCommit, CommitScript.Answers)]) async {
    var taken: [PlannedCommit] = []
    for (commit, answers) in commits where await isTaken(commit, answers) {
      settle(commit, answers)
      taken.append(commit)
    }
    tell(taken)
    for commit in taken { await command(commit) }
  }

  /// Whether the transition took effect; those that were refused are answered here.
  private func isTaken(_ commit: PlannedCommit, _ answers: CommitScript.Answers) async -> Bool {
    guard let head = answers.head, head.rows == 0 else { return true }
    guard let launch = commit.transition.launch else {
      give(up: commit.transition, because: "another member or term owns it by now")
      return false
    }
    return await isRepeated(launch, commit.transition.ownership)
  }

  /// A launch inserted nothing: either an earlier try of the same commit did, or it was refused.
  private func isRepeated(_ launch: Transition.Launch, _ owner: Ownership) async -> Bool {
    switch await persist([.lock(owner)]) {
    case .committed(let answers) where answers[0].rows == 1: return true
    case .committed, .interrupted:
      var conflict: ExecutionID?
      if let job = launch.draft.jobID {
        conflict = try? await store.ask.executions.running(of: job)
      }
      launch.answer.give(.failure(refusal(of: launch, conflict)))
    case .refused(let error): launch.answer.give(.failure(LaunchError(error)))
    case .stopped: launch.answer.give(.failure(.unavailable(Self.stopping)))
    }
    carried[launch.draft.id] = nil
    return false
  }

  private func refusal(of launch: Transition.Launch, _ conflict: ExecutionID?) -> LaunchError {
    guard launch.draft.isExclusive, let job = launch.draft.jobID else {
      return .noProject(launch.draft.project)
    }
    return .alreadyRunning(job, name: launch.name, execution: conflict)
  }

  /// Brings memory in line with what is stored now.
  private func settle(_ commit: PlannedCommit, _ answers: CommitScript.Answers) {
    let transition = commit.transition
    let id = transition.ownership.execution
    for draft in commit.assignments {
      carried[id]?.open[draft.id] = CarriedExecution.Open(
        key: draft.key, agent: draft.agent, isDelivered: false)
    }
    let ended = answers.tail.dropFirst(commit.firstWithdrawal)
    for (withdrawal, answer) in zip(transition.withdrawals, ended) where answer.rows == 1 {
      deliver([.ended(withdrawal.assignment, id, withdrawal.outcome, at: withdrawal.at)])
    }
    for assignment in transition.waits { waits.start(assignment, of: id) }
    let state: AbortAnswer.State = transition.verdict == nil ? .pending : .aborted
    for answer in transition.aborts { answer.give(.success(state)) }
    if let launch = transition.launch, let record = carried[id]?.record {
      noteLaunch(record)
      launch.answer.give(.success(record))
    }
    if transition.verdict != nil { noteEnd(carried.removeValue(forKey: id)?.record) }
  }

  /// Wakes those who follow output or wait for an end.
  private func tell(_ commits: [PlannedCommit]) {
    let grown = Set(
      commits.filter { !$0.transition.lines.isEmpty }.map(\.transition.ownership.execution))
    let ended = Set(
      commits.filter { $0.transition.verdict != nil }.map(\.transition.ownership.execution))
    endings.ended(ended)
    if !grown.isEmpty || !ended.isEmpty { log.committed(grown: grown, ended: ended) }
  }

  private func command(_ commit: PlannedCommit) async {
    let owner = commit.transition.ownership
    for (draft, start) in zip(commit.assignments, commit.transition.starts) {
      await push(
        Wire.Assignment(
          id: draft.id, execution: owner.execution, epoch: owner.epoch,
          specification: start.specification), to: draft.agent)
    }
    for kill in commit.transition.kills {
      _ = await commands.kill(
        kill.assignment, of: owner.execution, epoch: owner.epoch, grace: timing.killGrace,
        on: kill.agent)
    }
  }

  /// From before the push on the agent may have the assignment; only a refused push takes that back.
  private func push(_ assignment: Wire.Assignment, to agent: AgentID) async {
    let (id, execution) = (assignment.id, assignment.execution)
    carried[execution]?.open[id]?.isDelivered = true
    guard await !commands.assign(assignment, to: agent) else { return }
    guard carried[execution]?.open[id]?.startedAt == nil else { return }
    if commands.handsOn {
      carried[execution]?.announce(id)
    } else {
      carried[execution]?.open[id]?.isDelivered = false
      _ = inbox.put([.unreached(id, execution)])
    }
  }
}
