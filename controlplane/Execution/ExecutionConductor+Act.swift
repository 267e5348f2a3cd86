import Logging
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
    for job in transition.released { Task { await letIn(of: job) } }
    for assignment in transition.waits { waits.start(assignment, of: id) }
    if transition.stopsMemberTasks || transition.verdict != nil { members.stop(id) }
    for task in transition.memberTasks { members.put(task) }
    references.put(transition.references)
    let state: AbortAnswer.State = transition.verdict == nil ? .pending : .aborted
    for answer in transition.aborts { answer.give(.success(state)) }
    if let launch = transition.launch {
      noteLaunch(launch.record)
      launch.answer.launched(carried[id]?.record ?? launch.record)
      follow(launch)
    }
    if transition.verdict != nil {
      timeLimits.remove(id)
      let ended = carried.removeValue(forKey: id)
      noteEnd(ended?.record)
      if let next = transition.next { follow(next, of: ended) }
      letNextIn(after: ended)
    }
    if case .leave(let decision, _) = transition.beginning { leave(id, by: decision) }
  }

  /// It is nobody's now, and waits for the member that was chosen.
  private func leave(_ id: ExecutionID, by decision: RemoteExecutionDecision) {
    carried[id] = nil
    if let chosen = decision.chosen {
      tellChosen(chosen, of: id)
    } else {
      lookWhenClaimIsOver()
    }
  }

  /// What was launched and does not begin here and now: its member is told, or its time is waited for.
  private func follow(_ launch: Transition.Launch) {
    switch launch.run.start {
    case .here: break
    case .elsewhere(let member): tellChosen(member, of: launch.draft.id)
    case .later(let instant): alarms.set(launch.draft.id, at: instant)
    }
  }

  /// Wakes those who follow output or wait for an end.
  private func tell(_ commits: [PlannedCommit]) {
    let grown = Set(
      commits.filter { !$0.transition.lines.isEmpty }.map(\.transition.ownership.execution))
    let ended = Set(
      commits.filter { $0.transition.verdict != nil }.map(\.transition.ownership.execution))
    endings.ended(ended)
    if commits.contains(where: \.transition.notifies) { cluster.announceNotifications() }
    if !grown.isEmpty || !ended.isEmpty { log.committed(grown: grown, ended: ended) }
  }

  private func command(_ commit: PlannedCommit) async {
    let owner = commit.transition.ownership
    for (draft, start) in zip(commit.assignments, commit.transition.starts) {
      guard mayAct else { return }
      await push(
        Wire.Assignment(
          id: draft.id, execution: owner.execution, epoch: owner.epoch,
          specification: start.specification), to: draft.agent)
    }
    for kill in commit.transition.kills {
      guard mayAct else { return }
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
