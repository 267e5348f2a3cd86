import Cryptography
import Model
import Store
import WorkflowEngine

extension CarriedExecution {
  /// An execution as it goes on from what is stored.
  ///
  /// An assignment without a final step state is open, also when its outcome is stored already: that
  /// outcome was not decided upon. What was assigned may have reached its agent before, so it is never
  /// withdrawn: the agent's own word decides. What the member before this one worked on itself is begun
  /// again where that does no harm, and else lost.
  ///
  /// One that was launched for later has no plan yet: it waits for its time.
  ///
  /// It is aborted only if that was acted upon; see `UnfinishedExecution.unheardAbort`.
  init(adopting stored: UnfinishedExecution, sealer: EnvelopeSealer) throws {
    var record = stored.record
    record.owner = stored.owner.term
    record.epoch = stored.owner.epoch
    let isScheduled = record.status == .scheduled
    guard let plan = try isScheduled ? .nothing : record.plan() else {
      throw StoreError.corrupt(table: "execution", column: "plan", value: "NULL")
    }
    let nested = try NestedWorkflows(stored.nested, of: record, sealer)
    var cells: [StepKey: WorkflowMachine.Cell] = [:]
    for assignment in stored.assignments { cells[assignment.key] = .begun }
    for state in stored.states {
      if let cell = WorkflowMachine.Cell(state.state) { cells[state.key] = cell }
    }
    self.init(
      record, nested.own.job, secureOptions: nested.own.secureOptions, ownership: stored.owner,
      machine: WorkflowMachine(
        plan: plan, stored: cells, nested: nested.plans, halts: stored.halts,
        isAborted: stored.isAborted))
    self.isScheduled = isScheduled
    toldLogLimits = stored.toldLogLimits
    workflows.merge(nested.workflows) { _, new in new }
    captured.references = nested.references
    try restore(stored, cells)
    timeout = try? JobTimeout.seconds(of: job, options: record.options)
    guard let timeout, !isScheduled else { return }
    deadline = record.startedAt?.advanced(by: .seconds(timeout))
    let isFull = stored.reachedLogLimit != nil && job.logLimit?.action == .halt
    if stored.wasOutOfTime(unlessFull: isFull) { machine.abort(as: .timedOut(after: timeout)) }
  }

  /// What is known of the cells, and who works on those that are open.
  private mutating func restore(
    _ stored: UnfinishedExecution, _ cells: [StepKey: WorkflowMachine.Cell]
  ) throws {
    var begun: Set<StepKey> = []
    for state in stored.states {
      keep(try state.captured(), of: state.key)
      if let code = state.exitCode { captured.put(exitCode: code, of: state.key) }
      switch cells[state.key] {
      case .begun?: begun.insert(state.key)
      case .handling?: restoreHandled(state)
      default: break
      }
    }
    let states = Dictionary(stored.states.map { ($0.key, $0) }) { first, _ in first }
    for assignment in stored.assignments where cells[assignment.key] == .begun {
      begun.remove(assignment.key)
      open[assignment.id] = Open(
        key: assignment.key, agent: assignment.agent, isDelivered: true,
        survivors: UnconfirmedKill.processes(in: states[assignment.key]?.reason))
    }
    for key in begun {
      if workflows[key.workflowBelow] != nil {
        pending[key] = Pending(startedAt: states[key]?.startedAt)
      } else {
        interrupted.append(key)
      }
    }
    interrupted.sort { ($0.step, $0.node) < ($1.step, $1.node) }
  }

  private mutating func restoreHandled(_ state: StepStateRecord) {
    let failure = StepFailure(reason: state.reason ?? "Failed", exitCode: state.exitCode)
    failures[state.key] = failure
    pending[state.key] = Pending(
      startedAt: state.startedAt, exitCode: state.exitCode, failure: failure, isSaid: true)
  }
}

extension UnfinishedExecution {
  /// How steps halted the workflows that they are in.
  fileprivate var halts: [StepKey: Halt] {
    var halts: [StepKey: Halt] = [:]
    for state in states { halts[state.key] = state.halt.flatMap(Halt.init(stored:)) }
    return halts
  }
}

extension ExecutionPlan {
  /// What an execution does that is not planned yet.
  static let nothing = ExecutionPlan(nodes: [], steps: [])
}
