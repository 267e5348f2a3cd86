import Model
import Testing

@testable import WorkflowEngine

/// Error handlers as Rundeck's documentation has them (Job Workflows, Error Handlers), and the cases of RUN-18.
@Suite struct HandlerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let keepgoing: Bool
    let handlerSucceeds: Bool
    let keepgoingOnSuccess: Bool
    let status: ExecutionStatus
    let runsLast: Bool

    var testDescription: String {
      "keepgoing \(keepgoing), handler succeeds \(handlerSucceeds), on success \(keepgoingOnSuccess)"
    }
  }

  static let cases = [
    Case(
      keepgoing: true, handlerSucceeds: true, keepgoingOnSuccess: false, status: .succeeded,
      runsLast: true),
    Case(
      keepgoing: true, handlerSucceeds: false, keepgoingOnSuccess: false, status: .failed,
      runsLast: true),
    Case(
      keepgoing: false, handlerSucceeds: false, keepgoingOnSuccess: false, status: .failed,
      runsLast: false),
    Case(
      keepgoing: false, handlerSucceeds: true, keepgoingOnSuccess: false, status: .failed,
      runsLast: false),
    Case(
      keepgoing: false, handlerSucceeds: true, keepgoingOnSuccess: true, status: .succeeded,
      runsLast: true),
  ]

  @Test(arguments: cases, [ExecutionPlan.Strategy.nodeFirst, .stepFirst])
  func `RUN-18 a handler decides how its step ended and whether the workflow goes on`(
    example: Case, strategy: ExecutionPlan.Strategy
  ) {
    for isNodeStep in [true, false] {
      var plan = ExecutionPlan.table(strategy, nodes: 1, steps: 2, keepgoing: example.keepgoing)
      for index in plan.steps.indices { plan.steps[index].isNodeStep = isNodeStep }
      plan.steps[0].handler = PlannedHandler(
        isNodeStep: isNodeStep, keepgoingOnSuccess: example.keepgoingOnSuccess)
      let at = isNodeStep ? "@a" : ""
      var run = MachineRun(
        plan, failing: Set(["1\(at)"]).union(example.handlerSucceeds ? [] : ["1e\(at)"]))
      let order = run.playAll()
      #expect(order == ["1\(at)", "1e\(at)"] + (example.runsLast ? ["2\(at)"] : []))
      #expect(run.machine.verdict?.status == example.status)
      let node = isNodeStep ? "a" : ""
      let pair = run.machine[StepKey(step: "1", node: node)]
      #expect(pair == (example.handlerSucceeds ? .succeeded : .failed))
    }
  }

  @Test func `a failed step is RUNNING_HANDLER until its handler has ended`() {
    var machine = WorkflowMachine(plan: Self.plan(nodes: 1))
    _ = machine.advance()
    let (step, handler) = (StepKey(step: "1", node: "a"), StepKey(step: "1e", node: "a"))
    let failed = machine.end(step, as: .failed)
    #expect(failed.map(\.cell.state) == [.runningHandler])
    #expect(machine.advance().starts == [handler])
    let ended = machine.end(handler, as: .succeeded)
    #expect(ended.map(\.key) == [handler, step])
    #expect(ended.map(\.cell) == [.succeeded, .succeeded])
  }

  @Test func `a handler that is killed makes its step aborted`() {
    var machine = WorkflowMachine(plan: Self.plan(nodes: 1))
    _ = machine.advance()
    _ = machine.end(StepKey(step: "1", node: "a"), as: .failed)
    _ = machine.advance()
    machine.abort()
    let ended = machine.end(StepKey(step: "1e", node: "a"), as: .aborted)
    #expect(ended.map(\.cell) == [.aborted, .aborted])
    #expect(machine.verdict?.status == .aborted)
  }

  @Test
  func `a handler that is still to come is not run after an abort, and its step stays failed`() {
    var machine = WorkflowMachine(plan: Self.plan(nodes: 1))
    _ = machine.advance()
    _ = machine.end(StepKey(step: "1", node: "a"), as: .failed)
    machine.abort()
    let decision = machine.advance()
    #expect(decision.starts.isEmpty)
    #expect(decision.ended.map(\.cell) == [.failed])
  }

  @Test func `in sequence a handler runs on the node that failed, and the step on no further one`()
  {
    var run = MachineRun(Self.plan(.stepFirst, nodes: 3, onSuccess: true), failing: ["1@a"])
    let order = run.playAll()
    #expect(order == ["1@a", "1e@a", "2@a", "2@b", "2@c"])
    #expect(run.machine.verdict?.status == .succeeded)
  }

  @Test func `in sequence with the nodes' keepgoing handlers run when the step ended everywhere`() {
    var plan = Self.plan(.stepFirst, nodes: 3, onSuccess: true)
    plan.nodeKeepgoing = true
    var run = MachineRun(plan, failing: ["1@a", "1@c"])
    let order = run.playAll()
    #expect(order == ["1@a", "1@b", "1@c", "1e@a", "1e@c", "2@a", "2@b", "2@c"])
  }

  @Test func `a workflow step handles a node step's failures once for all nodes`() {
    var plan = Self.plan(.stepFirst, nodes: 3, onSuccess: true)
    plan.nodeKeepgoing = true
    plan.steps[0].handler?.isNodeStep = false
    var run = MachineRun(plan, failing: ["1@a", "1@c"])
    let order = run.playAll()
    #expect(order == ["1@a", "1@b", "1@c", "1e", "2@a", "2@b", "2@c"])
    #expect(run.machine[StepKey(step: "1", node: "c")] == .succeeded)
    #expect(run.machine.verdict?.status == .succeeded)
  }

  @Test func `node-first handles each node by itself`() {
    var plan = Self.plan(nodes: 2, onSuccess: true)
    plan.steps[0].handler?.isNodeStep = false
    var run = MachineRun(plan, failing: ["1@a", "1@b"])
    let order = run.playAll()
    #expect(order == ["1@a", "1e@a", "2@a", "1@b", "1e@b", "2@b"])
  }

  private static func plan(
    _ strategy: ExecutionPlan.Strategy = .nodeFirst, nodes: Int, onSuccess: Bool = false
  ) -> ExecutionPlan {
    var plan = ExecutionPlan.table(strategy, nodes: nodes, steps: 2)
    plan.steps[0].handler = PlannedHandler(keepgoingOnSuccess: onSuccess)
    return plan
  }
}
