import Cryptography
import Model
import Store

/// The workflows of an execution as they are stored, opened for whoever goes on with it.
struct NestedWorkflows {
  /// The execution's own.
  let own: CarriedWorkflow
  /// The others, by what their steps' context identifiers begin with.
  private(set) var workflows: [String: CarriedWorkflow] = [:]
  /// The others' plans, by the cell that they carry out.
  private(set) var plans: [StepKey: ExecutionPlan] = [:]
  /// Those of `workflows` that are referenced jobs'.
  private(set) var references: Set<String> = []

  /// Throws what keeps them from being read: damage, or another key.
  init(
    _ stored: [NestedWorkflowRecord], of record: ExecutionRecord, _ sealer: EnvelopeSealer
  ) throws {
    let seal = OptionSeal(sealer)
    own = CarriedWorkflow(
      record, try record.job(),
      secureOptions: try seal.open(record.sealedOptions, for: record.id))
    // A workflow is read after the one that it is in.
    for nested in stored.sorted(by: { $0.key.depth < $1.key.depth }) {
      guard let parent = nested.key.workflow.isEmpty ? own : workflows[nested.key.workflow] else {
        continue
      }
      plans[nested.key] = try nested.plan()
      workflows[nested.key.workflowBelow] = try Self.open(nested, below: parent, record.id, seal)
      if nested.jobID != nil { references.insert(nested.key.workflowBelow) }
    }
  }

  private static func open(
    _ nested: NestedWorkflowRecord, below parent: CarriedWorkflow, _ execution: ExecutionID,
    _ seal: OptionSeal
  ) throws -> CarriedWorkflow {
    guard let job = nested.jobID else {
      return CarriedWorkflow(subSteps: try nested.job(), of: parent)
    }
    let options = ResolvedOptions(
      plain: nested.options,
      secure: try seal.open(nested.sealedOptions, for: execution, below: nested.key),
      argString: nested.argString)
    return CarriedWorkflow(
      of: job, in: nested.project, try nested.job(), options, below: parent)
  }
}
