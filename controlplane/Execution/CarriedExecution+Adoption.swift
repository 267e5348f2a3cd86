import Cryptography
import Model
import Store
import WorkflowEngine

extension CarriedExecution {
  /// An execution as it goes on from what is stored.
  ///
  /// An assignment without a final step state is open, also when its outcome is stored already: that
  /// outcome was not decided upon. What was assigned may have reached its agent before, so it is never
  /// withdrawn: the agent's own word decides.
  ///
  /// One that was launched for later has no plan yet: it waits for its time.
  ///
  /// It is aborted only if that was acted upon; see `UnfinishedExecution.unheardAbort`.
  init(adopting stored: UnfinishedExecution, sealer: EnvelopeSealer) throws {
    let (record, owner) = (stored.record, stored.owner)
    var cells: [StepKey: WorkflowMachine.Cell] = [:]
    var survivors: [StepKey: String] = [:]
    for state in stored.states {
      captured.put(try state.captured(), of: state.key)
      if let code = state.exitCode { captured.put(exitCode: code, of: state.key) }
      survivors[state.key] = UnconfirmedKill.processes(in: state.reason)
      if let cell = WorkflowMachine.Cell(state.state), cell.isFinal || cell == .handling {
        cells[state.key] = cell
      }
    }
    for assignment in stored.assignments where cells[assignment.key] == nil {
      cells[assignment.key] = .begun
      open[assignment.id] = Open(
        key: assignment.key, agent: assignment.agent, isDelivered: true,
        survivors: survivors[assignment.key])
    }
    isScheduled = record.status == .scheduled
    guard let plan = try isScheduled ? .nothing : record.plan() else {
      throw StoreError.corrupt(table: "execution", column: "plan", value: "NULL")
    }
    self.record = record
    self.record.owner = owner.term
    self.record.epoch = owner.epoch
    ownership = owner
    job = try record.job()
    secureOptions = try OptionSeal(sealer).open(record.sealedOptions, for: record.id)
    machine = WorkflowMachine(plan: plan, stored: cells, isAborted: stored.isAborted)
    timeout = try? JobTimeout.seconds(of: job, options: record.options)
    guard let timeout, !isScheduled else { return }
    deadline = record.startedAt?.advanced(by: .seconds(timeout))
    if stored.assignments.contains(where: { $0.outcome == .timedOut }) {
      machine.abort(as: .timedOut(after: timeout))
    }
  }
}

extension ExecutionPlan {
  /// What an execution does that is not planned yet.
  static let nothing = ExecutionPlan(nodes: [], steps: [])
}
