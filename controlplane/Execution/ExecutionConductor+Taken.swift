import Cluster
import Logging
import Model
import Store
import WorkflowEngine

// Whether a transition took effect, as far as its commit's answers tell.

extension ExecutionConductor {
  /// Whether the transition took effect; those that were refused are answered here.
  func isTaken(_ commit: PlannedCommit, _ answers: CommitScript.Answers) async -> Bool {
    guard let head = answers.head, head.rows == 0 else { return true }
    if let launch = commit.transition.launch {
      if answers.fallback?.rows == 1 {
        await postpone(commit.transition)
        return false
      }
      return await isRepeated(launch, commit.transition, isSkipped: answers.isSkipped)
    }
    if let beginning = commit.transition.beginning {
      return await isRepeated(beginning, commit.transition)
    }
    await findOut(about: commit.transition)
    return false
  }

  /// A transition was refused: the execution has ended otherwise, is gone, or is somebody else's.
  private func findOut(about transition: Transition) async {
    let id = transition.ownership.execution
    do throws(StoreError) {
      let record = try await store.ask.executions.find(id)
      guard record == nil || record?.status.isFinal == true else {
        return give(up: transition, because: "another member or term owns it by now")
      }
      letGo(of: id)
      // Whoever asked for its end looks at how it has ended.
      for answer in transition.aborts { answer.give(.success(.failed)) }
    } catch  where error.isRetryable {
      leaveInDoubt(transition, error)
    } catch {
      give(up: transition, because: "\(error)")
    }
  }

  /// What the store says of it is found out when it answers again.
  private func leaveInDoubt(_ transition: Transition, _ error: StoreError) {
    carried[transition.ownership.execution] = nil
    members.stop(transition.ownership.execution)
    for answer in transition.aborts { answer.give(.failure(.unavailable("\(error)"))) }
    _ = inbox.put([.takeUp])
  }

  /// A launch inserted nothing: either an earlier try of the same commit did, or it was refused.
  ///
  /// `isSkipped`: the ledger has noted that it was refused, so nobody needs to ask.
  private func isRepeated(
    _ launch: Transition.Launch, _ transition: Transition, isSkipped: Bool
  ) async -> Bool {
    let id = launch.draft.id
    do throws(StoreError) {
      // The number was this member's alone.
      if !isSkipped, let stored = try await store.ask.executions.find(id) {
        guard launch.isOverlapping(stored) else { return true }
        await postpone(transition)
        return false
      }
      carried[id] = nil
      if case .fire(let answer) = launch.answer, let fire = launch.run.fire {
        answer.give(.success(isSkipped ? .alreadyRunning(nil) : await outcome(of: fire)))
      } else {
        launch.answer.refuse(try await refusal(of: launch))
      }
    } catch {
      carried[id] = nil
      launch.answer.refuse(
        error.isRetryable ? .unavailable(Self.lateLaunch) : LaunchError(error))
    }
    return false
  }

  private func refusal(
    of launch: Transition.Launch
  ) async throws(StoreError) -> LaunchError {
    guard try await isCurrent() else { return .unavailable(Self.termEnded) }
    let executions = store.ask.executions
    guard launch.draft.admission == .whenFree, let job = launch.draft.jobID,
      let running = try await executions.running(of: job)
    else { return try await refusalOfProject(launch) }
    if case .queue(let limit) = launch.run.job.overlap {
      return .lineIsFull(job, name: launch.run.job.name, limit: limit)
    }
    return .alreadyRunning(job, name: launch.run.job.name, execution: running)
  }

  /// What was in its way may have ended by now: then it may be asked for again.
  private func refusalOfProject(
    _ launch: Transition.Launch
  ) async throws(StoreError) -> LaunchError {
    let project = launch.draft.project
    guard try await store.ask.projects.mayLaunch(project), let job = launch.draft.jobID else {
      return .noProject(project)
    }
    return .alreadyRunning(job, name: launch.run.job.name, execution: nil)
  }

  /// Whether the store still knows the term that is served. If not, nobody needs to wait for the lease to run
  /// out.
  private func isCurrent() async throws(StoreError) -> Bool {
    guard let term = served else { return false }
    let record = try await store.ask.members.find(term.member)
    guard let record, record.term == term, record.fencedAt == nil, record.leftAt == nil else {
      terms.ended(term)
      return false
    }
    return true
  }

  /// A claim or a start changed nothing: an earlier try of the same commit did, somebody else has it, or an
  /// execution of the same job is in its way.
  private func isRepeated(
    _ beginning: Transition.Beginning, _ transition: Transition
  ) async -> Bool {
    let owner = transition.ownership
    do throws(StoreError) {
      let stored = try await store.ask.executions.find(owner.execution)
      if transition.isLeaving, stored?.status == .queued, stored?.owner == nil { return true }
      let isMine = stored?.owner == owner.term && stored?.epoch == owner.epoch
      if isMine, stored?.status == .running { return true }
      // It began and ended in one commit.
      if isMine, let verdict = transition.verdict, stored?.status == verdict.status,
        stored?.endedAt == transition.endedAt
      {
        return true
      }
      letGo(of: owner.execution)
      for answer in transition.aborts { answer.give(.success(.failed)) }
      if isMine, let stored, stored.status == .scheduled, beginning.room != nil {
        try await lacksRoom(stored, owner)
      }
    } catch  where error.isRetryable {
      leaveInDoubt(transition, error)
    } catch {
      give(up: transition, because: "\(error)")
    }
    return false
  }

  /// Stops carrying an execution, which others carry or have ended.
  func letGo(of id: ExecutionID) {
    carried[id] = nil
    members.stop(id)
    endings.carried.remove([id])
    endings.ended([id])
  }
}
