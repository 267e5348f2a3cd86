import Logging
import Model
import Store
import Wire

// The second half of a group commit: number, seal, write everything in one transaction, then act.

extension ExecutionConductor {
  /// Decides upon the inputs, commits the decisions and acts on them.
  func commit(_ inputs: [ConductorInput]) async {
    let launches = inputs.count { if case .launch = $0 { true } else { false } }
    guard await ensureNumbers(executions: launches, assignments: 0) else {
      return refuse(inputs)
    }
    var round = decide(inputs)
    let changed = round.order
    endings.carried.insert(changed)
    defer { endings.carried.remove(changed.filter { carried[$0] == nil }) }
    let starts = round.transitions.values.reduce(0) { $0 + $1.starts.count }
    guard await ensureNumbers(executions: 0, assignments: starts) else { return refuse(inputs) }
    let commits = round.order.compactMap { id in
      round.transitions.removeValue(forKey: id).flatMap(plan)
    }
    if !commits.isEmpty { await write(commits) }
  }

  /// What could not even be numbered, because the member is stopping.
  private func refuse(_ inputs: [ConductorInput]) {
    for input in inputs {
      guard case .launch(_, let answer) = input else { continue }
      answer.give(.failure(.unavailable(Self.stopping)))
    }
  }

  /// Numbers and seals a transition. Nil when that is impossible: then the execution is left alone.
  private func plan(_ transition: Transition) -> PlannedCommit? {
    let seal = SpecificationSeal(sealer)
    do {
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
    var script = CommitScript(commits)
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
          script.commits.map { $0.isAbandonedLaunch ? PlannedCommit(findingOut: $0) : $0 })
      case .stopped:
        return script.commits.forEach { give(up: $0.transition, because: Self.stopping) }
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
  /// the next start of this member takes it up again.
  func give(up transition: Transition, because reason: String) {
    let id = transition.ownership.execution
    carried[id] = nil
    transition.launch?.answer.give(
      .failure(reason == Self.stopping ? .unavailable(reason) : .failed(reason)))
    for answer in transition.aborts { answer.give(.failure(.unavailable(reason))) }
    logger.error(
      "An execution is left alone", metadata: ["execution": "\(id)", "reason": "\(reason)"])
  }
}
