import Logging
import Model
import Store
import Wire

// What this member left behind in an earlier term: adopted, rebuilt from the store, carried on.

extension ExecutionConductor {
  /// Adopts the unfinished executions that earlier incarnations of this member own: new term, next
  /// epoch, machines rebuilt from the stored states, open assignments pushed and kills sent again.
  /// Waits as long as the database is away.
  func recover() async throws {
    var pause = timing.retryPauses.lowerBound
    while true {
      do throws(StoreError) {
        return try await adoptAll()
      } catch {
        guard error.isRetryable else { throw error }
        logger.warning("Recovery waits for the database", metadata: ["error": "\(error)"])
      }
      try await timing.clock.sleep(for: pause)
      pause = min(pause * 2, timing.retryPauses.upperBound)
    }
  }

  private func adoptAll() async throws(StoreError) {
    for owner in try await store.ask.executions.unfinished(of: term.member) {
      if owner.term == term {
        // An earlier try may have adopted it and lost the answer.
        if carried[owner.execution] == nil { try await carryOn(owner) }
      } else if owner.term.incarnation < term.incarnation {
        let present = Ownership(execution: owner.execution, term: term, epoch: owner.epoch.next)
        let answers = try await store.commit([
          .adopt(from: owner, by: term), .raiseEpoch(by: present),
        ])
        if answers[0].rows == 1 { try await carryOn(present) }
      }
    }
  }

  /// What cannot be taken up ends as incomplete, with the reason: nobody would ever end it.
  private func carryOn(_ owner: Ownership) async throws(StoreError) {
    let id = owner.execution
    do {
      guard let record = try await store.ask.executions.find(id) else { return }
      let states = try await store.ask.stepStates.rows(of: id)
      let assignments = try await store.ask.assignments.all(of: id)
      let execution = try CarriedExecution(
        adopting: record, owner, states: states, assignments: assignments, sealer: sealer)
      carried[id] = execution
      await reattach(execution, assignments)
      logger.notice(
        "Adopted an execution", metadata: ["execution": "\(id)", "epoch": "\(owner.epoch)"])
    } catch let error as StoreError where error.isRetryable {
      throw error
    } catch {
      logger.error(
        "An execution could not be taken up",
        metadata: ["execution": "\(id)", "error": "\(error)"])
      _ = try await endIncomplete(
        owner, because: "The execution could not be taken up after a restart: \(error)")
    }
  }

  /// Makes the execution go on: events that were stored but not decided upon, the open assignments'
  /// agents, and an abort that was asked for.
  private func reattach(_ execution: CarriedExecution, _ assignments: [AssignmentRecord]) async {
    // Also without any event the machine is asked what comes next.
    _ = inbox.put([.event(.pushed(AssignmentID(0), execution.id))])
    for assignment in assignments {
      if let startedAt = assignment.startedAt {
        deliver([.started(assignment.id, execution.id, at: startedAt)])
      }
      if let outcome = assignment.outcome, let endedAt = assignment.endedAt {
        deliver([.ended(assignment.id, execution.id, outcome, at: endedAt)])
      } else {
        await pushAgain(assignment, execution)
      }
    }
  }

  /// A step whose spool has begun is never pushed again: it starts once.
  private func pushAgain(_ assignment: AssignmentRecord, _ execution: CarriedExecution) async {
    let owner = execution.ownership
    guard assignment.killRequestedAt == nil else {
      _ = await commands.kill(
        assignment.id, of: owner.execution, epoch: owner.epoch, grace: timing.killGrace,
        on: assignment.agent)
      return
    }
    guard assignment.spoolOffset == 0 else { return }
    do {
      let specification = try SpecificationSeal(sealer).open(
        assignment.specification, for: assignment.id)
      _ = await commands.assign(
        Wire.Assignment(
          id: assignment.id, execution: owner.execution, epoch: owner.epoch,
          specification: specification), to: assignment.agent)
    } catch {
      logger.error(
        "An assignment does not open",
        metadata: ["assignment": "\(assignment.id)", "error": "\(error)"])
    }
  }
}
