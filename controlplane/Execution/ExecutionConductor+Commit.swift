import Logging
import Model
import Store
import Wire

// The second half of a group commit: number, seal, write everything in one transaction, then act.

extension ExecutionConductor {
  /// Decides upon the inputs, commits the decisions and acts on them.
  func commit(_ inputs: [ConductorInput]) async {
    guard mayAct else { return refuse(inputs, because: whyNot) }
    let launches = inputs.count(where: \.isLaunch)
    guard await ensureNumbers(executions: launches, assignments: 0) else {
      return refuse(inputs, because: whyNot)
    }
    var round = decide(inputs)
    let changed = round.order
    endings.carried.insert(changed)
    defer { endings.carried.remove(changed.filter { carried[$0] == nil }) }
    let starts = round.transitions.values.reduce(0) { $0 + $1.starts.count }
    let retries = round.transitions.values.count { $0.retry != nil }
    guard await ensureNumbers(executions: retries, assignments: starts) else {
      return round.transitions.values.forEach { $0.refuse(because: whyNot) }
    }
    let commits = round.order.compactMap { id in
      round.transitions.removeValue(forKey: id).flatMap(plan)
    }
    if !commits.isEmpty { await write(commits) }
  }

  /// Numbers and seals a transition. Nil when that is impossible: then the execution is left alone.
  private func plan(_ transition: Transition) -> PlannedCommit? {
    let seal = SpecificationSeal(sealer)
    do {
      let transition = try numbered(transition)
      let drafts = try transition.starts.map { start in
        let id = numbers.nextAssignment()
        return AssignmentDraft(
          id: id, key: start.key, agent: start.agent,
          specification: try seal.seal(start.specification, for: id), createdAt: timing.now())
      }
      return try PlannedCommit(
        transition, assignments: drafts,
        lines: transition.lines.isEmpty ? [] : log.writes(for: transition.lines))
    } catch {
      give(up: transition, because: "\(error)")
      return nil
    }
  }

  /// Writes until it is done or the member stops; then acts.
  private func write(_ commits: [PlannedCommit]) async {
    guard let term = served else { return }
    var script = CommitScript(commits, by: term)
    underWay = commits
    defer { underWay = [] }
    while true {
      let refills = script.writes.isEmpty ? [] : numbers.refills()
      let writes = script.writes + refills.map { ExecutionWrite.take($1, of: $0) }
      let outcome = await persist(writes) {
        // A launch that nobody waits for any more is not written by another try.
        script.commits.contains(where: \.isAbandonedLaunch)
      }
      switch outcome {
      case .committed(let answers):
        add(refills, answers.suffix(refills.count))
        return await act(on: script.answers(answers))
      case .interrupted:
        script = CommitScript(
          script.commits.map { $0.isAbandonedLaunch ? PlannedCommit(findingOut: $0) : $0 },
          by: term)
      case .stopped:
        return script.commits.forEach { $0.transition.refuse(because: whyNot) }
      case .refused(let error):
        guard script.commits.count > 1 else {
          return script.commits.forEach { give(up: $0.transition, because: "\(error)") }
        }
        for commit in script.commits { await write([commit]) }
        return
      }
    }
  }

  /// Stops carrying an execution whose transition cannot be written. The store keeps it as it was, and
  /// the next term of this member takes it up again.
  func give(up transition: Transition, because reason: String) {
    let id = transition.ownership.execution
    carried[id] = nil
    members.stop(id)
    leftAlone.insert(id)
    transition.launch?.answer.refuse(.failed(reason))
    for answer in transition.aborts { answer.give(.failure(.unavailable(reason))) }
    logger.error(
      "An execution is left alone", metadata: ["execution": "\(id)", "reason": "\(reason)"])
  }
}
