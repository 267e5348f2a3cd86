import Model
import Store
import Testing
import WorkflowEngine

@testable import Execution

/// Steps that the member carries out itself, and what becomes of them when it is lost.
@Suite struct MemberStepTests {
  private static func job(_ commands: String...) -> Job {
    Job(name: "j", workflow: Workflow(steps: commands.map { WorkflowStep(.exec($0)) }))
  }

  @Test func `a member's step is recorded as running before it starts, and its result counts once`()
    throws
  {
    var run = try CarriedRun(Self.job("once", "true"))
    try run.turn()
    let task = try #require(run.transition.memberTasks.first)
    #expect(run.stored[task.key]?.state == .running && run.transition.starts.isEmpty)
    let result = MemberStepResult(
      .succeeded, lines: [.init(level: .normal, text: "done")], values: ["data": ["x": "y"]])
    try run.turn { $0.take(result, of: task, at: CarriedRun.instant, transition: &$1) }
    #expect(run.stored[task.key]?.state == .succeeded)
    #expect(run.stored[task.key]?.data == #"{"data":{"x":"y"}}"#)
    #expect(run.lines == ["done"] && run.begun == ["member 1@a", "2@a"])
    try run.turn { $0.take(result, of: task, at: CarriedRun.instant, transition: &$1) }
    #expect(run.lines == ["done"] && run.begun.count == 2)
  }

  @Test func `a step that may be done again is begun again by the next member`() throws {
    var run = try CarriedRun(Self.job("again"))
    try run.turn()
    let late = try #require(run.transition.memberTasks.first)
    run.execution = try run.adopted()
    try run.turn()
    let task = try #require(run.transition.memberTasks.first)
    #expect(task.ticket != late.ticket)
    try run.turn {
      $0.take(MemberStepResult(.succeeded), of: late, at: CarriedRun.instant, transition: &$1)
    }
    #expect(run.stored[task.key]?.state == .running, "a late result changes nothing")
    try run.turn {
      $0.take(MemberStepResult(.succeeded), of: task, at: CarriedRun.instant, transition: &$1)
    }
    #expect(run.transition.verdict?.status == .succeeded)
  }

  @Test func `a step that may not be done again is lost with its member, and says so`() throws {
    var run = try CarriedRun(Self.job("once"))
    try run.turn()
    run.execution = try run.adopted()
    try run.turn()
    #expect(run.transition.memberTasks.isEmpty)
    #expect(run.transition.verdict?.status == .failed)
    #expect(run.lines.last?.hasPrefix("Failed: Lost: the member that carried the step out") == true)
  }

  @Test func `an abort ends a member's step at once`() throws {
    var run = try CarriedRun(Self.job("again", "true"))
    try run.turn()
    let task = try #require(run.transition.memberTasks.first)
    try run.turn { try $0.abort(by: "eve", at: CarriedRun.instant, transition: &$1) }
    #expect(run.transition.stopsMemberTasks && run.transition.verdict?.status == .aborted)
    #expect(run.stored[task.key]?.state == .aborted)
    try run.turn {
      $0.take(MemberStepResult(.succeeded), of: task, at: CarriedRun.instant, transition: &$1)
    }
    #expect(run.stored[task.key]?.state == .aborted && run.begun.count == 1)
  }

  @Test func `flow control ends the workflow with its status, and so does the next member`() throws
  {
    var run = try CarriedRun(Self.job("again", "true"))
    try run.turn()
    let task = try #require(run.transition.memberTasks.first)
    let halted = MemberStepResult(.halted(.custom(status: "enough")))
    var adopted = run
    try run.turn { $0.take(halted, of: task, at: CarriedRun.instant, transition: &$1) }
    #expect(run.transition.verdict?.customStatus == "enough" && run.begun.count == 1)
    #expect(run.stored[task.key]?.halt == "status enough")
    adopted.stored = run.stored
    adopted.execution = try adopted.adopted()
    try adopted.turn()
    #expect(adopted.transition.verdict == run.transition.verdict)
  }
}
