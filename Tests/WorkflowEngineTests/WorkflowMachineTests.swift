import Model
import Testing

@testable import WorkflowEngine

@Suite struct WorkflowMachineTests {
  @Test func `node-first does all steps on one node before the next`() {
    var run = MachineRun(.table(nodes: 2, steps: 2))
    let order = run.playAll()
    #expect(order == ["1@a", "2@a", "1@b", "2@b"])
    #expect(run.machine.verdict?.status == .succeeded)
  }

  @Test func `step-first does one step on all nodes before the next`() {
    var run = MachineRun(.table(.stepFirst, nodes: 2, steps: 2))
    let order = run.playAll()
    #expect(order == ["1@a", "1@b", "2@a", "2@b"])
  }

  @Test func `as many nodes as the thread count allows are worked on at once`() {
    var machine = WorkflowMachine(plan: .table(nodes: 3, steps: 1, threadCount: 2))
    expect(&machine, starts: ["1@a", "1@b"])
    expect(&machine, ends: StepKey(step: "1", node: "b"), as: .succeeded)
    expect(&machine, starts: ["1@c"])
  }

  @Test func `a failed step ends the workflow on its node, and no other node is gone to`() {
    var run = MachineRun(.table(nodes: 2, steps: 2), failing: ["1@a"])
    let order = run.playAll()
    #expect(order == ["1@a"])
    #expect(run.machine.verdict?.status == .failed)
  }

  @Test func `keepgoing of the nodes goes on to the next node`() {
    var run = MachineRun(.table(nodes: 2, steps: 2, nodeKeepgoing: true), failing: ["1@a"])
    let order = run.playAll()
    #expect(order == ["1@a", "1@b", "2@b"])
    #expect(run.machine.verdict?.status == .failed)
  }

  @Test func `keepgoing of the workflow goes on to the next step`() {
    var run = MachineRun(.table(nodes: 2, steps: 2, keepgoing: true), failing: ["1@a"])
    let order = run.playAll()
    #expect(order == ["1@a", "2@a"])
    #expect(run.machine.verdict?.status == .failed)
  }

  @Test func `step-first with both keepgoings does everything`() {
    var run = MachineRun(
      .table(.stepFirst, nodes: 2, steps: 2, keepgoing: true, nodeKeepgoing: true),
      failing: ["1@a", "2@b"])
    let order = run.playAll()
    #expect(order == ["1@a", "1@b", "2@a", "2@b"])
  }

  @Test func `an abort starts nothing any more and ends aborted`() {
    var machine = WorkflowMachine(plan: .table(nodes: 2, steps: 2))
    _ = machine.advance()
    machine.abort()
    expect(&machine, starts: [])
    #expect(machine.verdict == nil)
    expect(&machine, ends: StepKey(step: "1", node: "a"), as: .aborted)
    expect(&machine, starts: [])
    #expect(machine.verdict?.status == .aborted)
  }

  @Test func `an abort between two steps ends aborted although nothing failed`() {
    var machine = WorkflowMachine(plan: .table(nodes: 1, steps: 2))
    _ = machine.advance()
    machine.abort()
    _ = machine.end(StepKey(step: "1", node: "a"), as: .succeeded)
    expect(&machine, starts: [])
    #expect(machine.verdict?.status == .aborted)
  }

  @Test func `an obstacle fails the execution with its reason and starts nothing`() {
    var plan = ExecutionPlan.table(nodes: 0, steps: 1)
    plan.obstacle = "No nodes matched"
    var machine = WorkflowMachine(plan: plan)
    expect(&machine, starts: [])
    #expect(machine.verdict == WorkflowMachine.Verdict(status: .failed, reason: "No nodes matched"))
  }

  @Test func `no node and no obstacle is a success`() {
    var machine = WorkflowMachine(plan: .table(nodes: 0, steps: 1))
    expect(&machine, starts: [])
    #expect(machine.verdict?.status == .succeeded)
  }

  @Test func `an outcome that was taken in already changes nothing`() {
    var machine = WorkflowMachine(plan: .table(nodes: 1, steps: 1))
    _ = machine.advance()
    let key = StepKey(step: "1", node: "a")
    expect(&machine, ends: key, as: .succeeded)
    let again = machine.end(key, as: .failed)
    #expect(again.isEmpty)
    expect(&machine, starts: [])
    #expect(machine.verdict?.status == .succeeded)
  }

  @Test(arguments: [
    (AssignmentOutcome.killed, true, WorkflowMachine.Cell.aborted),
    (.exited(code: 143), true, .aborted), (.exited(code: 0), true, .succeeded),
    (.notStarted(message: ""), true, .notStarted), (.notStarted(message: ""), false, .failed),
    (.lost(reason: ""), true, .failed), (.exited(code: 1), false, .failed),
    (.timedOut, false, .failed), (.limitExceeded("memory limit of 1 MiB"), false, .failed),
    (.limitExceeded("memory limit of 1 MiB"), true, .failed),
  ]) func `an outcome ends its cell`(
    outcome: AssignmentOutcome, isAborted: Bool, cell: WorkflowMachine.Cell
  ) {
    #expect(WorkflowMachine.Cell(outcome, isAborted: isAborted) == cell)
  }

  private func expect(_ machine: inout WorkflowMachine, starts expected: [String]) {
    let starts = machine.advance().starts.map(\.description)
    #expect(starts == expected)
  }

  private func expect(
    _ machine: inout WorkflowMachine, ends key: StepKey, as cell: WorkflowMachine.Cell
  ) {
    let ended = machine.end(key, as: cell)
    #expect(ended.map(\.cell) == [cell])
  }
}
