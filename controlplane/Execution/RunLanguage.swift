import Model
import Wire

/// The meaning of what people write into definitions and requests: options, node filters and command
/// lines. `RunLanguage.rundeck` is the one that jobs are written in.
struct RunLanguage: Sendable {
  /// Checks a request's option values against the definition and fills in the defaults.
  /// Throws `LaunchError.invalidOptions`. Never holds up the thread that asks.
  var resolveOptions:
    @Sendable (_ job: Job, _ argString: String?, _ options: [String: String])
      async throws(LaunchError) -> ResolvedOptions

  /// The nodes that a dispatch selects, in the order in which it goes through them. Throws `LaunchError.invalidFilter`.
  var select:
    @Sendable (_ dispatch: NodeDispatch, _ nodes: [PlannedNode])
      throws(LaunchError) -> [PlannedNode]

  /// What an agent must do for a step. Throws `UnfitStep` when the step cannot be carried out.
  var specification: @Sendable (_ step: StepInContext) throws(UnfitStep) -> StepSpecification
}

/// A step on a node, with everything that its text may refer to.
struct StepInContext: Sendable {
  let execution: ExecutionID
  let project: String
  let jobID: JobID?
  let job: Job
  let user: String
  let logLevel: String
  let options: [String: String]
  let secureOptions: [String: String]
  let argString: String?
  let node: Node
  let serverNode: String
  let server: ServerNode
  /// The step context identifier.
  let step: String
  let definition: WorkflowStep
  /// What is left of the time that the job allows; nil without a limit.
  var remaining: Duration?
  /// What earlier steps captured, by node.
  var data: [String: [String: String]] = [:]
}

/// Why a step cannot be carried out on a node, for people.
struct UnfitStep: Error, Sendable, Hashable {
  let message: String
}
