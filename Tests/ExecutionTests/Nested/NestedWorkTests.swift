import Model
import Store
import Testing
import Wire
import WorkflowEngine

@testable import Execution

/// Handlers, conditionals and job references as one execution carries them.
@Suite struct NestedWorkTests {
  private static func handled(
    _ command: String, by handler: String, keepgoing: Bool = true
  ) -> WorkflowStep {
    WorkflowStep(
      .exec(command), errorHandler: WorkflowStep(.exec(handler), keepgoingOnSuccess: keepgoing))
  }

  private static func job(_ steps: WorkflowStep...) -> Job {
    Job(name: "parent", workflow: Workflow(steps: steps))
  }

  @Test func `a handler sees the failure, and its end is its step's`() throws {
    var run = try CarriedRun(Self.job(Self.handled("work", by: "mend"), WorkflowStep(.exec("x"))))
    try run.turn()
    try run.report("1", code: 3)
    let key = StepKey(step: "1", node: "a")
    #expect(run.stored[key]?.state == .runningHandler && run.stored[key]?.exitCode == 3)
    #expect(run.transition.starts.map(\.key.step) == ["1e"])
    #expect(run.transition.starts[0].specification.arguments == ["NonZeroResultCode/3/[]"])
    try run.report("1e")
    #expect(run.stored[key]?.state == .succeeded && run.begun == ["1@a", "1e@a", "2@a"])
    #expect(run.lines == ["Result: 3", "Failed: NonZeroResultCode: Result code was 3"])
  }

  @Test func `a handler that was about to run is run by the next member, with the same failure`()
    throws
  {
    var run = try CarriedRun(Self.job(Self.handled("work", by: "mend")))
    try run.turn()
    try run.report("1", code: 3)
    run.execution = try run.adopted()
    try run.turn()
    #expect(run.transition.starts.map(\.key.step) == ["1e"])
    #expect(run.transition.starts[0].specification.arguments == ["NonZeroResultCode/3/[]"])
    try run.report("1e")
    #expect(run.transition.verdict?.status == .succeeded)
    #expect(run.lines.count { $0.hasPrefix("Failed: ") } == 1, "the failure is said once")
  }

  @Test func `sub-steps run under their conditional's step context, on its node`() throws {
    var run = try CarriedRun(Self.job(WorkflowStep(.exec("when")), WorkflowStep(.exec("x"))))
    try run.turn()
    #expect(run.begun == ["1@node=a/1@a"])
    try run.report("1@node=a/1")
    try run.report("1@node=a/2")
    #expect(run.begun == ["1@node=a/1@a", "1@node=a/2@a", "2@a"])
    #expect(run.stored[StepKey(step: "1", node: "a")]?.state == .succeeded)
  }

  @Test
  func
    `sub-steps that fail fail their conditional, and a condition that does not hold passes them over`()
    throws
  {
    var run = try CarriedRun(Self.job(WorkflowStep(.exec("never")), WorkflowStep(.exec("when"))))
    try run.turn()
    #expect(run.stored[StepKey(step: "1", node: "a")]?.state == .succeeded)
    try run.report("2@node=a/1", code: 1)
    #expect(run.transition.verdict?.status == .failed)
    #expect(run.stored[StepKey(step: "2", node: "a")]?.state == .failed)
  }

  @Test func `a step that is switched off is passed over, with its state, and so is a handler`()
    throws
  {
    let off: [String: JobValue] = ["enabled": .text("false")]
    var failing = Self.handled("work", by: "mend")
    failing.errorHandler?.kept = off
    var run = try CarriedRun(
      Self.job(WorkflowStep(.exec("once"), kept: off), failing, WorkflowStep(.exec("x"))))
    try run.turn()
    #expect(run.stored[StepKey(step: "1", node: "a")]?.state == .notStarted)
    #expect(run.begun == ["2@a"] && run.lines == ["The step is disabled: it is passed over"])
    run.execution = try run.adopted()
    try run.turn()
    #expect(run.lines.count == 1, "the next member does not pass it over again")
    try run.report("2")
    try run.report("3")
    #expect(run.transition.verdict?.status == .succeeded)
    try run.turn()
  }

  private static let child = Job(
    name: "child", workflow: Workflow(steps: [WorkflowStep(.exec("c"))]))

  private static func planned(_ task: ReferenceTask) throws -> PlannedReference {
    let options = ResolvedOptions(plain: ["o": "1"], secure: ["s": "hidden"])
    let workflow = CarriedWorkflow(
      of: JobID("child"), in: "p", child, options, below: task.parent)
    let plan = ExecutionPlan(
      nodes: task.parentNodes, steps: ExecutionPlan.steps(of: child.workflow.steps))
    return PlannedReference(
      workflow: workflow, plan: plan,
      record: try NestedWorkflowRecord(
        key: task.key, jobID: JobID("child"), project: "p", job: child, options: options.plain,
        sealedOptions: try OptionSeal(CarriedRun.sealer).seal(
          options.secure, for: task.execution, below: task.key), plan: plan))
  }

  @Test
  func
    `a referenced job is entered in the commit that stores it, and goes on with the next member`()
    throws
  {
    var run = try CarriedRun(Self.job(WorkflowStep(.exec("refer")), WorkflowStep(.exec("x"))))
    try run.turn()
    let task = try #require(run.transition.references.first)
    #expect(run.stored[task.key] == nil, "nothing is written for a look")
    let planned = try Self.planned(task)
    try run.turn {
      try $0.take(.workflow(planned), of: task, at: CarriedRun.instant, transition: &$1)
    }
    #expect(run.transition.writes.count == 2)
    #expect(run.stored[task.key]?.state == .running)
    #expect(run.begun.last == "1@node=a/1@a")
    let nested = try #require(run.execution.workflows["1@node=a"])
    #expect(nested.options == ["o": "1"] && nested.secrets == ["hidden"])

    run.execution = try run.adopted([planned.record])
    #expect(run.execution.workflows["1@node=a"]?.secureOptions == ["s": "hidden"])
    #expect(run.execution.interrupted.isEmpty)
    try run.turn()
    #expect(run.begun.last == "1@node=a/1@a", "what was not assigned is assigned")
    try run.report("1@node=a/1")
    #expect(run.stored[task.key]?.state == .succeeded && run.begun.last == "2@a")
  }

  @Test func `a reference that fails says why, and a look that was lost is made again`() throws {
    var run = try CarriedRun(Self.job(WorkflowStep(.exec("refer"))))
    try run.turn()
    run.execution = try run.adopted()
    try run.turn()
    let task = try #require(run.transition.references.first)
    try run.turn {
      try $0.take(.failed(task.notFound), of: task, at: CarriedRun.instant, transition: &$1)
    }
    #expect(run.lines == ["Failed: NotFound: Job [child] not found by uuid"])
    #expect(run.transition.verdict?.status == .failed)
  }
}
