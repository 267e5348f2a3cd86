import Model
import Store

/// A job reference whose job is to be found and planned.
struct ReferenceTask: Sendable {
  /// Whose execution it is.
  let owner: Ownership
  let key: StepKey
  /// Which run of the cell it is: what comes of any other changes nothing.
  let ticket: Ticket
  let reference: JobReference
  /// What it gives to secure options.
  let secrets: PassedSecrets
  /// The workflow that refers.
  let parent: CarriedWorkflow
  /// The nodes of that workflow.
  let parentNodes: [PlannedNode]
  /// The node of a node step.
  let node: PlannedNode?
  let user: String

  var execution: ExecutionID { owner.execution }

  /// The job that is meant.
  var job: ReferencedJob {
    switch reference.target {
    case .id(let id): .id(id)
    case .named(let project, let group, let name):
      .name(project: project ?? parent.project, group: group, name: name)
    }
  }

  /// That there is no such job, as Rundeck says it (RUN-19).
  var notFound: StepFailure {
    let (meant, how) =
      switch job {
      case .id(let id): (id.text, "by uuid")
      case .name(let project, let group, let name):
        (group.isEmpty ? name : "\(group)/\(name)", "by name, project \(project)")
      }
    return StepFailure("NotFound", "Job [\(meant)] not found \(how)")
  }
}

/// What a job reference comes to.
enum ReferenceAnswer: Sendable {
  /// This workflow carries it out.
  case workflow(PlannedReference)
  /// It is passed over, and has succeeded; the text says why.
  case passedOver(String)
  case failed(StepFailure)
}

/// A referenced job's workflow, ready to be entered.
struct PlannedReference: Sendable {
  let workflow: CarriedWorkflow
  let plan: ExecutionPlan
  let record: NestedWorkflowRecord
}
