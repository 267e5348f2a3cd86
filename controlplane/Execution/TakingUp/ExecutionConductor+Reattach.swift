import Logging
import Model
import Store
import Wire

// An execution that was taken up goes on: events that were stored and not decided upon, agents that may
// not have got their work, kills that may not have been sent.

extension ExecutionConductor {
  func reattach(_ stored: UnfinishedExecution) async {
    // Also without any event the machine is asked what comes next.
    let id = stored.owner.execution
    deliver([.pushed(AssignmentID(0), id)])
    for assignment in stored.assignments {
      if let startedAt = assignment.startedAt {
        deliver([.started(assignment.id, id, at: startedAt)])
      }
      if let outcome = assignment.outcome, let endedAt = assignment.endedAt {
        deliver([.ended(assignment.id, id, outcome, at: endedAt)])
      } else {
        await pushAgain(assignment, stored)
      }
    }
    guard stored.owner.epoch > Epoch(1) else { return }
    for agent in stored.workingAgents.sorted(by: { $0.text < $1.text }) where mayAct {
      _ = await commands.adopted(id, epoch: stored.owner.epoch, on: agent)
    }
  }

  /// A step whose spool has begun is never pushed again: it starts once. Nothing is begun of what is to end:
  /// the abort that was put before sends the kills.
  private func pushAgain(_ assignment: AssignmentRecord, _ stored: UnfinishedExecution) async {
    guard mayAct else { return }
    let owner = stored.owner
    guard assignment.killRequestedAt == nil else {
      _ = await commands.kill(
        assignment.id, of: owner.execution, epoch: owner.epoch, grace: timing.killGrace,
        on: assignment.agent)
      return
    }
    guard assignment.spoolOffset == 0, stored.record.abortRequestedAt == nil else { return }
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
