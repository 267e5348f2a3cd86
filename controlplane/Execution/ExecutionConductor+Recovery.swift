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
    for record in try await store.ask.executions.unfinished(of: term.member) {
      guard let owner = record.owner, owner.incarnation < term.incarnation else { continue }
      let former = Ownership(execution: record.id, term: owner, epoch: record.epoch)
      let present = Ownership(execution: record.id, term: term, epoch: record.epoch.next)
      let answers = try await store.commit([
        .adopt(from: former, by: term), .raiseEpoch(by: present),
      ])
      if answers[0].rows == 1 { await carryOn(record, present) }
    }
    // An earlier try may have adopted some and lost the answer.
    for record in try await store.ask.executions.unfinished(of: term.member)
    where record.owner == term && carried[record.id] == nil {
      await carryOn(record, Ownership(execution: record.id, term: term, epoch: record.epoch))
    }
  }

  private func carryOn(_ record: ExecutionRecord, _ owner: Ownership) async {
    do {
      let states = try await store.ask.stepStates.rows(of: record.id)
      let assignments = try await store.ask.assignments.all(of: record.id)
      let execution = try CarriedExecution(
        adopting: record, owner, states: states, assignments: assignments, sealer: sealer)
      carried[record.id] = execution
      await reattach(execution, assignments)
      logger.notice(
        "Adopted an execution",
        metadata: ["execution": "\(record.id)", "epoch": "\(owner.epoch)"])
    } catch {
      logger.error(
        "An execution could not be taken up",
        metadata: ["execution": "\(record.id)", "error": "\(error)"])
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

  private func pushAgain(_ assignment: AssignmentRecord, _ execution: CarriedExecution) async {
    let owner = execution.ownership
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
    guard assignment.killRequestedAt != nil else { return }
    _ = await commands.kill(
      assignment.id, of: owner.execution, epoch: owner.epoch, grace: timing.killGrace,
      on: assignment.agent)
  }
}
