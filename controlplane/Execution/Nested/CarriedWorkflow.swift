import Model
import Store

/// A workflow of an execution with what its steps refer to: the execution's own, a referenced job's, or the
/// sub-steps of a conditional.
struct CarriedWorkflow: Sendable {
  /// The job; nil for an ad hoc run.
  let jobID: JobID?
  let project: String
  let job: Job
  let argString: String?
  let options: [String: String]
  let secureOptions: [String: String]
  /// The jobs that are under way here, the execution's own first and this workflow's last.
  let lineage: [JobID]
  /// The secret values of this workflow and of all above it.
  let secrets: Set<String>

  /// The execution's own.
  init(_ record: ExecutionRecord, _ job: Job, secureOptions: [String: String]) {
    self.init(
      record.jobID, in: record.project, job, argString: record.argString, record.options,
      secureOptions, lineage: [], secrets: [])
  }

  /// A referenced job's, below `parent`.
  init(
    of jobID: JobID, in project: String, _ job: Job, _ options: ResolvedOptions,
    below parent: CarriedWorkflow
  ) {
    self.init(
      jobID, in: project, job, argString: options.argString, options.plain, options.secure,
      lineage: parent.lineage, secrets: parent.secrets)
  }

  /// Sub-steps, which refer to the same things as the workflow that they belong to.
  init(_ steps: [WorkflowStep], of parent: CarriedWorkflow) {
    var job = parent.job
    job.workflow.steps = steps
    self.init(subSteps: job, of: parent)
  }

  init(subSteps job: Job, of parent: CarriedWorkflow) {
    jobID = parent.jobID
    project = parent.project
    self.job = job
    argString = parent.argString
    options = parent.options
    secureOptions = parent.secureOptions
    lineage = parent.lineage
    secrets = parent.secrets
  }

  private init(
    _ jobID: JobID?, in project: String, _ job: Job, argString: String?,
    _ options: [String: String], _ secureOptions: [String: String], lineage: [JobID],
    secrets: Set<String>
  ) {
    self.jobID = jobID
    self.project = project
    self.job = job
    self.argString = argString
    self.options = options
    self.secureOptions = secureOptions
    self.lineage = lineage + (jobID.map { [$0] } ?? [])
    self.secrets = secrets.union(secureOptions.values.filter { !$0.isEmpty })
  }

  /// The definition of the step with that index, or of its handler; nil when there is none.
  func definition(_ index: Int, isHandler: Bool) -> WorkflowStep? {
    guard job.workflow.steps.indices.contains(index) else { return nil }
    return isHandler ? job.workflow.steps[index].errorHandler : job.workflow.steps[index]
  }
}

extension StepKey {
  /// What the workflow that carries this cell out is known by: what its steps' context identifiers begin with.
  var workflowBelow: String { node.isEmpty ? step : "\(step)@node=\(node)" }

  /// The same of the workflow that the step is in; "" for the execution's own.
  var workflow: String {
    guard let slash = step.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return String(step[..<slash])
  }

  /// How many workflows it is in, the execution's own included.
  var depth: Int { step.utf8.count { $0 == UInt8(ascii: "/") } + 1 }
}
