import Cryptography
import Model
import Store

extension CarriedExecution {
  /// An execution as it goes on from what is stored.
  ///
  /// An assignment without a final step state is open, also when its outcome is stored already: that
  /// outcome was not decided upon. What was assigned may have reached its agent before, so it is never
  /// withdrawn: the agent's own word decides.
  init(
    adopting record: ExecutionRecord, _ owner: Ownership, states: [StepStateRecord],
    assignments: [AssignmentRecord], sealer: EnvelopeSealer
  ) throws {
    var cells: [StepKey: WorkflowMachine.Cell] = [:]
    for state in states {
      if let cell = WorkflowMachine.Cell(state.state), cell.isFinal { cells[state.key] = cell }
    }
    for assignment in assignments where cells[assignment.key] == nil {
      cells[assignment.key] = .begun
      open[assignment.id] = Open(key: assignment.key, agent: assignment.agent, isDelivered: true)
    }
    guard let plan = try record.plan() else {
      throw StoreError.corrupt(table: "execution", column: "plan", value: "NULL")
    }
    self.record = record
    self.record.owner = owner.term
    self.record.epoch = owner.epoch
    ownership = owner
    job = try record.job()
    secureOptions = try OptionSeal(sealer).open(record.sealedOptions, for: record.id)
    machine = WorkflowMachine(
      plan: plan, stored: cells, isAborted: record.abortRequestedAt != nil)
  }
}
