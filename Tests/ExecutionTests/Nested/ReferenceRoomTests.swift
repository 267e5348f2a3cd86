import Model
import Store
import Testing

@testable import Execution

/// Room of a referenced job that was taken for a plan which came too late.
@Suite struct ReferenceRoomTests {
  private static func child(multiple: Bool) -> Job {
    Job(
      name: "child", workflow: Workflow(steps: [WorkflowStep(.exec("c"))]),
      multipleExecutions: multiple)
  }

  private static func planned(_ task: ReferenceTask, _ job: Job) throws -> PlannedReference {
    let plan = ExecutionPlan(
      nodes: task.parentNodes, steps: ExecutionPlan.steps(of: job.workflow.steps))
    return PlannedReference(
      workflow: CarriedWorkflow(
        of: JobID("child"), in: "p", job, ResolvedOptions(), below: task.parent), plan: plan,
      record: try NestedWorkflowRecord(
        key: task.key, jobID: JobID("child"), project: "p", job: job, options: [:], plan: plan))
  }

  private func late(
    multiple: Bool, _ change: (inout CarriedExecution, inout Transition) throws -> Void
  ) throws -> Transition {
    let parent = Job(
      name: "parent", workflow: Workflow(steps: [WorkflowStep(.exec("refer"))]))
    var run = try CarriedRun(parent)
    try run.turn()
    let task = try #require(run.transition.references.first)
    try run.turn(change)
    let planned = try Self.planned(task, Self.child(multiple: multiple))
    try run.turn {
      try $0.take(.workflow(planned), of: task, at: CarriedRun.instant, transition: &$1)
    }
    #expect(run.execution.workflows["1@node=a"] == nil)
    return run.transition
  }

  @Test func `a plan that comes after the abort gives its room back`() throws {
    let transition = try late(multiple: false) {
      try $0.abort(by: "admin", at: CarriedRun.instant, transition: &$1)
    }
    #expect(transition.writes.count == 1 && transition.states.isEmpty)
  }

  @Test func `a job without a limit has nothing to give back`() throws {
    let transition = try late(multiple: true) {
      try $0.abort(by: "admin", at: CarriedRun.instant, transition: &$1)
    }
    #expect(transition.writes.isEmpty)
  }

  @Test func `a plan for an earlier run of the cell leaves the room to the present one`() throws {
    let transition = try late(multiple: false) { execution, _ in
      execution.inner[StepKey(step: "1", node: "a")] = CarriedExecution.Inner(
        ticket: .next(), startedAt: CarriedRun.instant)
    }
    #expect(transition.writes.isEmpty)
  }
}
