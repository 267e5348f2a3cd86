import Model
import Wire

/// The meaning of what people write into definitions and requests: options, node filters and command
/// lines. `RunLanguage.rundeck` is the one that jobs are written in.
struct RunLanguage: Sendable {
  /// Checks a request's option values against the definition and fills in the defaults. It may ask the store and other
  /// servers. Throws `LaunchError.invalidOptions`. Never holds up the thread that asks.
  var options: @Sendable (_ question: OptionsQuestion) async throws(LaunchError) -> ResolvedOptions

  /// The nodes that a dispatch selects, in the order in which it goes through them. Throws `LaunchError.invalidFilter`.
  var select:
    @Sendable (_ dispatch: NodeDispatch, _ nodes: [PlannedNode])
      throws(LaunchError) -> [PlannedNode]

  /// How a step is carried out. Throws `UnfitStep` when it cannot be.
  var work: @Sendable (_ step: StepInContext) throws(UnfitStep) -> StepWork
}

/// A step on a node, or once in its workflow, with everything that its text may refer to.
struct StepInContext: Sendable {
  let execution: ExecutionID
  let project: String
  /// Of `job`: for a step of a nested workflow the referenced job's.
  let jobID: JobID?
  /// The job whose workflow the step is in.
  let job: Job
  let user: String
  let logLevel: String
  let options: [String: String]
  let secureOptions: [String: String]
  let argString: String?
  /// Nil for a step of the workflow.
  let node: Node?
  let serverNode: String
  let server: ServerNode
  /// The step context identifier.
  let step: String
  let definition: WorkflowStep
  /// What is left of the time that the job allows; nil without a limit.
  var remaining: Duration?
  /// What earlier steps of its workflow left (`CapturedScopes.seen`).
  var captured = CapturedValues()
  /// For a handler: the failure that it is for.
  var failure: StepFailure?
  /// The project's values for all steps (`project.globals.*`), by name; they win over the server's.
  var globals: [String: String] = [:]
  /// The address of whoever runs it; nil without one.
  var userEmail: String?
  /// Further values that must not be seen in the step's output.
  var hidden: Set<String> = []
  /// What its nodes were chosen by, where the run says so.
  var nodeFilter: String?
  /// How many nodes its workflow works on at once.
  var threadCount = 1
  /// How often the job was tried before.
  var retryAttempt = 0
  /// `user`, `scheduled` or `user-scheduled`.
  var executionType = "user"
  /// The uploaded files of its execution, by key.
  var files: [String: OptionFile] = [:]
}

/// Why a step cannot be carried out on a node, for people.
struct UnfitStep: Error, Sendable, Hashable {
  let message: String
}
