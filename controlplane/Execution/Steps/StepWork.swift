import Model
import Wire

/// How a cell of the workflow is carried out.
enum StepWork: Sendable {
  /// An assignment for the node's agent.
  case agent(StepSpecification)
  /// An assignment for the agent of the host of the member that carries the execution, whatever the cell's node is.
  case sidecar(StepSpecification)
  /// The member does it itself, in a task beside the conductor's loop. Never a user's command.
  case member(any MemberStep)
  /// Another workflow: a job reference or a conditional.
  case nested(NestedWork)
}

/// What a step means that consists of further steps.
enum NestedWork: Sendable {
  /// The workflow of another job.
  case reference(JobReference, PassedSecrets)
  /// The sub-steps of a conditional step; when the condition does not hold they are passed over and the step has succeeded.
  case conditional(steps: [WorkflowStep], ConditionalLook)
}
