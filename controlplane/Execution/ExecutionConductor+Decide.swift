import Cluster
import Logging
import Model
import Store
import WorkflowEngine

// The first half of a group commit: every input goes to its execution's machine, and what the machines
// decide becomes transitions. Nothing is written yet.

extension ExecutionConductor {
  /// The transitions of one group commit; one for each execution.
  struct Round {
    var order: [ExecutionID] = []
    var transitions: [ExecutionID: Transition] = [:]
  }

  /// Decides upon everything in `inputs`, in its order.
  func decide(_ inputs: [ConductorInput]) -> Round {
    var round = Round()
    let now = timing.now()
    for input in inputs {
      switch input {
      case .launch(let run, let answer): begin(run, answer, at: now, in: &round)
      case .abort(let id, let user, let answer):
        abort(id, answer, in: &round) { execution, transition in
          try execution.abort(by: user, at: now, transition: &transition)
        }
      case .endIncomplete(let id, let user, let answer):
        abort(id, answer, in: &round) { execution, transition in
          try execution.endIncomplete(by: user, at: now, transition: &transition)
        }
      case .absences(let absences, let agents):
        for id in carried.keys.sorted() where carried[id]?.agents.isDisjoint(with: agents) == false
        {
          change(id, in: &round) { execution, transition in
            try execution.note(absences, at: now, transition: &transition)
          }
        }
      case .event(let event): take(event, in: &round)
      case .captured(let task, let result):
        change(task.execution, in: &round) { try $0.take(result, of: task, transition: &$1) }
      case .member(let task, let result):
        change(task.execution, in: &round) { $0.take(result, of: task, at: now, transition: &$1) }
      case .referenced(let task, let answer):
        change(task.execution, in: &round) {
          try $0.take(answer, of: task, at: now, transition: &$1)
        }
      case .timeOver(let ids):
        for id in ids {
          change(id, in: &round) { try $0.runOutOfTime(at: now, transition: &$1) }
        }
      case .unreached(let assignment, let id): unreached(assignment, id, at: now, in: &round)
      case .waitOver(let assignment, let id):
        let limit = timing.agentWait
        change(id, in: &round) { execution, transition in
          try execution.giveUp(assignment, after: limit, at: now, transition: &transition)
        }
      case .claim(let claim): begin(claim, at: now, in: &round)
      case .due(let id, let turn):
        change(id, in: &round) { $0.take(turn, at: now, transition: &$1) }
      case .takeUp, .handOver: break
      }
    }
    for id in round.order { goOn(id, at: now, in: &round) }
    return round
  }

  /// Takes in what an agent reported. The end of a step whose output later steps need is taken in once it was
  /// looked through.
  private func take(_ event: AssignmentEvent, in round: inout Round) {
    if case .ended(let id, let execution, let outcome, let instant) = event {
      if carried[execution]?.isCapturing(id) ?? false { return }
      if let task = carried[execution]?.captureTask(id, outcome, at: instant) {
        return captures.put(task)
      }
    }
    change(event.execution, in: &round) { try $0.apply(event, to: &$1) }
  }

  /// Lets `body` change an execution that this member carries; nothing happens for any other.
  func change(
    _ id: ExecutionID, in round: inout Round,
    _ body: (inout CarriedExecution, inout Transition) throws -> Void
  ) {
    guard var execution = carried.removeValue(forKey: id) else { return }
    // Both are taken out, so that they grow in their place.
    let known = round.transitions.removeValue(forKey: id)
    if known == nil { round.order.append(id) }
    var transition = known ?? Transition(ownership: execution.ownership)
    do {
      try body(&execution, &transition)
    } catch {
      logger.error(
        "A decision could not be written", metadata: ["execution": "\(id)", "error": "\(error)"])
    }
    carried[id] = execution
    round.transitions[id] = transition
  }

  private func abort(
    _ id: ExecutionID, _ answer: Answer<AbortAnswer.State, AbortError>, in round: inout Round,
    _ body: (inout CarriedExecution, inout Transition) throws -> Void
  ) {
    guard carried[id] != nil else {
      answer.give(.success(.failed))
      return
    }
    change(id, in: &round) { execution, transition in
      transition.aborts.append(answer)
      try body(&execution, &transition)
    }
  }

  private func unreached(
    _ assignment: AssignmentID, _ id: ExecutionID, at now: Instant, in round: inout Round
  ) {
    let limit = timing.agentWait
    change(id, in: &round) { execution, transition in
      try execution.unreached(assignment, at: now, transition: &transition)
      if execution.wait(for: assignment, upTo: limit, at: now, transition: &transition) {
        transition.waits.append(assignment)
      }
    }
  }

  /// Lets the machine go on, and ends the execution when it says so.
  private func goOn(_ id: ExecutionID, at now: Instant, in round: inout Round) {
    let tools = StepTools(
      language: planner.language, server: planner.server, now: time.now(), stamp: now)
    let timeLimits = timeLimits
    change(id, in: &round) { execution, transition in
      if let deadline = execution.beginTime(at: tools.now) { timeLimits.set(id, at: deadline) }
      execution.goOn(tools, transition: &transition)
      execution.conclude(at: now, transition: &transition)
      try execution.notify(in: &transition)
      // What was aborted in the same moment is left to nobody.
      if transition.isLeaving, transition.verdict != nil { transition.beginning = nil }
    }
  }
}
