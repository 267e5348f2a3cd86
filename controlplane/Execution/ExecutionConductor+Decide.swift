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
    var transition = round.transitions[id] ?? Transition(ownership: execution.ownership)
    if round.transitions[id] == nil { round.order.append(id) }
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

  /// Starts what the machine wants to start; a step that cannot be carried out fails at once, which may
  /// let the machine go on to the next.
  private func goOn(_ id: ExecutionID, at now: Instant, in round: inout Round) {
    let server = planner.server
    let language = planner.language
    let (time, timeLimits) = (time, timeLimits)
    change(id, in: &round) { execution, transition in
      if let deadline = execution.beginTime(at: time.now()) { timeLimits.set(id, at: deadline) }
      while !execution.isScheduled, case let decision = execution.machine.advance(),
        !decision.isEmpty
      {
        execution.put(decision.ended, at: now, transition: &transition)
        for key in decision.starts {
          do throws(UnfitStep) {
            transition.starts.append(try execution.start(key, language, server, at: time.now()))
          } catch {
            execution.end(
              key, .notStarted(message: error.message), startedAt: nil, at: now,
              transition: &transition)
          }
        }
      }
      execution.conclude(at: now, transition: &transition)
      try execution.notify(in: &transition)
      // What was aborted in the same moment is left to nobody.
      if transition.isLeaving, transition.verdict != nil { transition.beginning = nil }
    }
  }
}

extension CarriedExecution {
  /// What to assign for a cell.
  func start(
    _ key: StepKey, _ language: RunLanguage, _ server: ServerNode, at instant: Instant
  ) throws(UnfitStep) -> Transition.Start {
    let plan = machine.plan
    guard let planned = plan.nodes.first(where: { $0.name == key.node }),
      let index = plan.steps.firstIndex(where: { $0.step == key.step }),
      index < job.workflow.steps.count
    else { throw UnfitStep(message: "the definition has no step \(key)") }
    let work = try language.work(
      StepInContext(
        execution: id, project: record.project, jobID: record.jobID, job: job, user: record.user,
        logLevel: record.logLevel, options: record.options, secureOptions: secureOptions,
        argString: record.argString, node: planned.node,
        serverNode: record.serverNode ?? server.name, server: server, step: key.step,
        definition: job.workflow.steps[index],
        remaining: deadline.map { instant.duration(to: $0) },
        captured: captured.seen(by: key.step), retryAttempt: record.retryAttempt,
        executionType: record.runType.rawValue))
    guard case .agent(let specification) = work else {
      throw UnfitStep(
        message: "steps of type \"\(job.workflow.steps[index].kind.typeName)\" are not carried out")
    }
    return Transition.Start(key: key, agent: planned.agent, specification: specification)
  }
}
