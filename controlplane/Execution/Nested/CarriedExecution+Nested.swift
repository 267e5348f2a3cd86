import Model
import Store
import WorkflowEngine

// Cells that another workflow carries out.

extension CarriedExecution {
  mutating func begin(
    _ work: NestedWork, for key: StepKey, at instant: Instant, transition: inout Transition
  ) {
    guard let parent = workflows[key.workflow], let place = machine.place(of: key) else { return }
    switch work {
    case .reference(let reference, let secrets):
      let ticket = Ticket.next()
      inner[key] = Inner(ticket: ticket, startedAt: instant)
      transition.references.append(
        ReferenceTask(
          owner: ownership, key: key, ticket: ticket, reference: reference, secrets: secrets,
          parent: parent, parentNodes: place.plan.nodes, node: place.node, user: record.user))
    case .conditional(let steps, let look):
      transition.lines += look.comparisons.map {
        ExecutionLogLine(execution: id, key: key, level: .debug, at: instant, text: $0)
      }
      guard look.holds, !steps.isEmpty else {
        let why = "The condition does not hold: its steps are passed over"
        return passOver(key, why, at: instant, transition: &transition)
      }
      guard key.depth < NestedLimits.depth else {
        let end = CellEnd(.failed, failure: .tooDeep, startedAt: instant)
        return self.end(key, end, at: instant, transition: &transition)
      }
      enter(steps, of: parent, place, for: key, at: instant, transition: &transition)
    }
  }

  /// Sub-steps go the way of the workflow that they are in, on its nodes; those of a node step on its node.
  private mutating func enter(
    _ steps: [WorkflowStep], of parent: CarriedWorkflow, _ place: WorkflowMachine.Place,
    for key: StepKey, at instant: Instant, transition: inout Transition
  ) {
    let workflow = CarriedWorkflow(steps, of: parent)
    var plan = place.plan
    plan.steps = ExecutionPlan.steps(of: steps)
    plan.rules = nil
    if plan.strategy == .ruleset { plan.strategy = .stepFirst }
    if let node = place.node {
      plan.nodes = [node]
      plan.orchestration = nil
    }
    do throws(StoreError) {
      let record = try NestedWorkflowRecord(
        key: key, jobID: nil, project: workflow.project, job: workflow.job, options: [:],
        plan: plan)
      try enter(
        PlannedReference(workflow: workflow, plan: plan, record: record), for: key, at: instant,
        transition: &transition)
    } catch {
      fail(key, .notStarted(message: "\(error)"), at: instant, transition: &transition)
    }
  }

  /// Takes in what a job reference comes to; nothing when the cell is not at it any more.
  mutating func take(
    _ answer: ReferenceAnswer, of task: ReferenceTask, at instant: Instant,
    transition: inout Transition
  ) throws(StoreError) {
    guard let begun = inner[task.key], begun.ticket == task.ticket else {
      return release(answer, of: task, transition: &transition)
    }
    inner[task.key] = nil
    switch answer {
    case .workflow(let planned):
      captured.references.insert(task.key.workflowBelow)
      try enter(planned, for: task.key, at: begun.startedAt, transition: &transition)
      release(answer, of: task, transition: &transition)
      tellBegin(of: task.key, transition: &transition)
    case .passedOver(let why):
      passOver(task.key, why, at: instant, transition: &transition)
    case .failed(let failure):
      end(
        task.key, CellEnd(.failed, failure: failure, startedAt: begun.startedAt), at: instant,
        transition: &transition)
    }
  }

  private mutating func enter(
    _ planned: PlannedReference, for key: StepKey, at instant: Instant,
    transition: inout Transition
  ) throws(StoreError) {
    guard machine.enter(key, planned.plan) else { return }
    workflows[key.workflowBelow] = planned.workflow
    pending[key] = Pending(startedAt: instant)
    transition.put(
      StepStateRecord(key: key, state: .running, startedAt: instant, updatedAt: instant))
    transition.writes += try ExecutionWrite.enter(planned.record, by: ownership)
  }

  private mutating func passOver(
    _ key: StepKey, _ why: String, at instant: Instant, transition: inout Transition
  ) {
    transition.lines.append(
      ExecutionLogLine(execution: id, key: key, level: .normal, at: instant, text: why))
    end(key, CellEnd(.succeeded, startedAt: instant), at: instant, transition: &transition)
  }
}
