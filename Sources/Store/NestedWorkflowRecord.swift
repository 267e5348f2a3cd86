import Database
public import Model

/// A workflow within an execution, as it is stored: it carries out one cell, as a referenced job or as the
/// sub-steps of a conditional.
public struct NestedWorkflowRecord: Sendable, Hashable {
  /// The cell that it carries out.
  public var key: StepKey
  /// The job that is referred to; nil for sub-steps.
  public var jobID: JobID?
  /// The job's project.
  public var project: String
  /// `Model.Job` as JSON, as it was when the workflow began.
  public var definition: String
  public var argString: String?
  /// The options that the workflow got, without secure values.
  public var options: [String: String]
  /// The secure options' sealed JSON, when there are any.
  public var sealedOptions: [UInt8]?
  /// `Model.ExecutionPlan` as JSON.
  public var planText: String

  /// A workflow of `job` that goes on as `plan` says.
  ///
  /// Throws `StoreError.corrupt` for values that no document can hold.
  public init(
    key: StepKey, jobID: JobID?, project: String, job: Job, argString: String? = nil,
    options: [String: String], sealedOptions: [UInt8]? = nil, plan: ExecutionPlan
  ) throws(StoreError) {
    self.key = key
    self.jobID = jobID
    self.project = project
    definition = try ExecutionDraft.text(of: job)
    self.argString = argString
    self.options = options
    self.sealedOptions = sealedOptions
    planText = try StoredJSON.encode(plan, column: "nested_workflow.plan")
  }

  static let columns =
    "execution_id, step, node, job_id, project, definition, arg_string, options, sealed_options, plan"

  init(row: Row) throws(StoreError) {
    key = StepKey(step: try row.text("step"), node: try row.text("node"))
    jobID = try row.optionalText("job_id").map(JobID.init)
    project = try row.text("project")
    definition = try row.text("definition")
    argString = try row.optionalText("arg_string")
    options = try StoredJSON.decode(try row.text("options"), column: "nested_workflow.options")
    sealedOptions = try row.optionalBlob("sealed_options")
    planText = try row.text("plan")
  }

  /// The definition that the workflow began with.
  public func job() throws(StoreError) -> Job {
    try StoredJSON.decode(definition, column: "nested_workflow.definition")
  }

  /// What the workflow does on which nodes.
  public func plan() throws(StoreError) -> ExecutionPlan {
    try StoredJSON.decode(planText, column: "nested_workflow.plan")
  }
}

extension ExecutionWrite {
  /// Stores the workflow that carries out a cell, once, and for a referenced job that the execution ran it.
  public static func enter(
    _ nested: NestedWorkflowRecord, by owner: Ownership
  ) throws(StoreError) -> [ExecutionWrite] {
    let options = try StoredJSON.encode(nested.options, column: "nested_workflow.options")
    let workflow = ExecutionWrite(
      """
      INSERT INTO nested_workflow (
        execution_id, step, node, job_id, project, definition, arg_string, options, sealed_options, plan)
      SELECT e.id, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM execution AS e
      WHERE \(Ownership.condition)
      ON CONFLICT (execution_id, step, node) DO NOTHING
      """,
      owner.arguments + [
        .text(nested.key.step), .text(nested.key.node), .text(nested.jobID?.text),
        .text(nested.project), .text(nested.definition), .text(nested.argString), .text(options),
        .blob(nested.sealedOptions), .text(nested.planText),
      ])
    guard let job = nested.jobID else { return [workflow] }
    return [workflow, refer(to: job, by: owner)]
  }

  /// Notes that the execution ran a job as a reference.
  private static func refer(to job: JobID, by owner: Ownership) -> ExecutionWrite {
    ExecutionWrite(
      """
      INSERT INTO referenced_job (job_id, execution_id)
      SELECT $5, e.id FROM execution AS e WHERE \(Ownership.condition)
      ON CONFLICT (job_id, execution_id) DO NOTHING
      """,
      owner.arguments + [.text(job.text)])
  }
}
