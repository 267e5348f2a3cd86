import Model
import Testing

@testable import WorkflowEngine

/// Workflows within workflows, steps that run once, halts.
@Suite struct NestedWorkflowTests {
  private static let once = StepKey(step: "2", node: "")
  private static let onNode = StepKey(step: "2", node: "web1")

  /// A machine whose step 2 has begun: one that runs once, or on the node web1.
  private static func machine(isNodeStep: Bool = false) -> WorkflowMachine {
    let node = PlannedNode(node: Node(name: "web1"), agent: AgentID("agent-web1"))
    var machine = WorkflowMachine(
      plan: ExecutionPlan(
        strategy: .stepFirst, nodes: [node],
        steps: [
          PlannedStep(step: "1", isNodeStep: false),
          PlannedStep(step: "2", isNodeStep: isNodeStep),
          PlannedStep(step: "3", isNodeStep: false),
        ]))
    _ = machine.advance()
    _ = machine.end(StepKey(step: "1", node: ""), as: .succeeded)
    _ = machine.advance()
    return machine
  }

  @Test func `steps that run once are between the node steps, also node-first`() {
    var plan = ExecutionPlan.table(nodes: 2, steps: 4)
    plan.steps[2].isNodeStep = false
    var run = MachineRun(plan)
    let order = run.playAll()
    #expect(order == ["1@a", "2@a", "1@b", "2@b", "3", "4@a", "4@b"])
  }

  @Test func `steps of a nested workflow have contexts below their step and node`() {
    var machine = Self.machine()
    let isTaken = machine.enter(Self.once, .table(nodes: 1, steps: 1))
    #expect(isTaken)
    #expect(machine.advance().starts == [StepKey(step: "2/1", node: "a")])
    var onNode = Self.machine(isNodeStep: true)
    onNode.enter(Self.onNode, .table(nodes: 1, steps: 1))
    let inner = StepKey(step: "2@node=web1/1", node: "a")
    #expect(onNode.advance().starts == [inner])
    #expect(onNode.place(of: inner)?.parent == Self.onNode)
    onNode.enter(inner, .table(nodes: 1, steps: 1))
    #expect(onNode.advance().starts.map(\.step) == ["2@node=web1/1@node=a/1"])
  }

  @Test(arguments: [
    (WorkflowMachine.Cell.succeeded, ExecutionStatus.succeeded), (.failed, .failed),
  ])
  func `the end of a nested workflow ends its step`(
    cell: WorkflowMachine.Cell, status: ExecutionStatus
  ) {
    var machine = Self.machine()
    machine.enter(Self.once, .table(nodes: 1, steps: 1))
    _ = machine.advance()
    _ = machine.end(StepKey(step: "2/1", node: "a"), as: cell)
    let decision = machine.advance()
    #expect(decision.ended.map(\.key) == [Self.once])
    #expect(decision.ended.first?.cell == cell)
    #expect((decision.ended.first?.reason != nil) == (cell == .failed))
    #expect(decision.starts.isEmpty == (cell == .failed))
    for key in decision.starts { _ = machine.end(key, as: .succeeded) }
    _ = machine.advance()
    #expect(machine.verdict?.status == status)
  }

  @Test func `a nested workflow that cannot run fails its step with the reason`() {
    var machine = Self.machine()
    machine.enter(Self.once, ExecutionPlan(nodes: [], steps: [], obstacle: "No nodes matched"))
    let ended = machine.advance().ended
    #expect(ended.map(\.cell) == [.failed])
    #expect(ended.first?.reason == "No nodes matched")
  }

  @Test func `a step is entered once, while it runs, and does not end but by its workflow`() {
    var machine = Self.machine()
    let before = machine.enter(StepKey(step: "3", node: ""), .table(nodes: 1, steps: 1))
    let first = machine.enter(Self.once, .table(nodes: 1, steps: 1))
    let second = machine.enter(Self.once, .table(nodes: 1, steps: 1))
    #expect(!before && first && !second)
    let ended = machine.end(Self.once, as: .succeeded)
    #expect(ended.isEmpty)
  }

  @Test(arguments: [
    (Halt.succeeded, ExecutionStatus.succeeded, String?.none), (.failed, .failed, nil),
    (.custom(status: "blocked"), .other, "blocked"),
  ]) func `a halt ends its workflow with its status`(
    halt: Halt, status: ExecutionStatus, custom: String?
  ) {
    var machine = WorkflowMachine(plan: .table(nodes: 1, steps: 3))
    _ = machine.advance()
    let ended = machine.halt(StepKey(step: "1", node: "a"), halt)
    #expect(ended.map(\.cell) == [halt == .succeeded ? .succeeded : .failed])
    #expect(machine.advance().isEmpty)
    #expect(machine.verdict?.status == status)
    #expect(machine.verdict?.customStatus == custom)
  }

  @Test func `a halt in a nested workflow ends that one only`() {
    var machine = Self.machine()
    machine.enter(Self.once, .table(nodes: 1, steps: 2))
    _ = machine.advance()
    _ = machine.halt(StepKey(step: "2/1", node: "a"), .succeeded)
    let decision = machine.advance()
    #expect(decision.starts == [StepKey(step: "3", node: "")])
    #expect(decision.ended.map(\.cell) == [.succeeded])
  }

  @Test func `a handler may halt with a status of its own`() {
    var plan = ExecutionPlan.table(nodes: 1, steps: 2)
    plan.steps[0].handler = PlannedHandler()
    var machine = WorkflowMachine(plan: plan)
    _ = machine.advance()
    _ = machine.end(StepKey(step: "1", node: "a"), as: .failed)
    _ = machine.advance()
    _ = machine.halt(StepKey(step: "1e", node: "a"), .custom(status: "retry later"))
    _ = machine.advance()
    #expect(machine.verdict?.customStatus == "retry later")
  }

  @Test func `of two halts that of the first step counts, whichever came first`() {
    for order in [["1", "2"], ["2", "1"]] {
      var machine = WorkflowMachine(plan: .table(.parallel, nodes: 1, steps: 2))
      _ = machine.advance()
      for step in order {
        _ = machine.halt(StepKey(step: step, node: "a"), .custom(status: "step \(step)"))
      }
      _ = machine.advance()
      #expect(machine.verdict?.customStatus == "step 1")
    }
  }

  @Test func `an abort ends the steps that nested workflows carry out`() {
    var machine = Self.machine()
    machine.enter(Self.once, .table(nodes: 1, steps: 2))
    _ = machine.advance()
    machine.abort()
    _ = machine.end(StepKey(step: "2/1", node: "a"), as: .aborted)
    let decision = machine.advance()
    #expect(decision.starts.isEmpty)
    #expect(decision.ended == [.init(key: Self.once, cell: .aborted, reason: nil)])
    #expect(machine.verdict?.status == .aborted)
  }
}
