import Model
import WorkflowEngine

/// How the work on one cell ended, whoever did it.
struct CellEnd: Sendable {
  var cell: WorkflowMachine.Cell
  /// Why, when it failed.
  var failure: StepFailure?
  var exitCode: Int32?
  var startedAt: Instant?
  /// What it leaves for later steps.
  var values: CapturedGroups = [:]
  /// How it halts the workflow that it is in.
  var halt: Halt?

  init(
    _ cell: WorkflowMachine.Cell, failure: StepFailure? = nil, exitCode: Int32? = nil,
    startedAt: Instant? = nil
  ) {
    self.cell = cell
    self.failure = failure
    self.exitCode = exitCode
    self.startedAt = startedAt
  }

  /// How an agent's work ended.
  init(_ outcome: AssignmentOutcome, isAborted: Bool, startedAt: Instant?) {
    self.init(
      WorkflowMachine.Cell(outcome, isAborted: isAborted), failure: StepFailure(outcome),
      exitCode: outcome.exitCode, startedAt: startedAt)
  }
}

extension Halt {
  /// As `step_state.halt` has it.
  var stored: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .custom(let status): "status \(status)"
    }
  }

  /// Nil for what no halt was stored as.
  init?(stored text: String) {
    switch text {
    case "succeeded": self = .succeeded
    case "failed": self = .failed
    case _ where text.hasPrefix("status "): self = .custom(status: String(text.dropFirst(7)))
    default: return nil
    }
  }
}
