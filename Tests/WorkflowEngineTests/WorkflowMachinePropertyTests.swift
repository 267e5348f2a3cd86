import Model
import TestSupport
import Testing

@testable import WorkflowEngine

@Suite struct WorkflowMachinePropertyTests {
  static let seeds = Array(UInt64(1)...300)

  @Test(arguments: seeds) func `a machine reloaded at every point ends as the one that was not`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    var kept = Self.run(&random)
    var reloaded = kept
    kept.advance()
    reloaded.advance()
    while !kept.inFlight.isEmpty {
      let choice = Int.random(in: 0..<100, using: &random)
      reloaded.reload()
      kept.endOne(choice)
      reloaded.endOne(choice)
      if choice == 7 {
        kept.machine.abort()
        reloaded.machine.abort()
      }
      kept.advance()
      reloaded.advance()
      reloaded.reload()
      #expect(kept.started == reloaded.started)
      #expect(kept.machine.verdict == reloaded.machine.verdict)
    }
    #expect(kept.machine.verdict != nil)
    #expect(kept.cells == reloaded.cells)
  }

  @Test(arguments: seeds) func `no step starts twice, none after a halt, and there is an end`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    var run = Self.run(&random)
    run.advance()
    while !run.inFlight.isEmpty {
      #expect(run.machine.verdict == nil)
      #expect(run.inFlight.count <= run.machine.plan.threadCount)
      run.endOne(Int.random(in: 0..<100, using: &random))
      run.advance()
    }
    #expect(Set(run.started).count == run.started.count)
    let failed = run.cells.values.contains(.failed)
    #expect(run.machine.verdict?.status == (failed ? .failed : .succeeded))
    Self.expectKeepgoing(run)
  }

  /// Without keepgoing nothing follows a failed step on its node; with both, everything was done.
  private static func expectKeepgoing(_ run: MachineRun) {
    let plan = run.machine.plan
    for node in plan.nodes.map(\.name) {
      let cells = plan.steps.map { run.machine[StepKey(step: $0.step, node: node)] }
      if !plan.keepgoing, let failure = cells.firstIndex(of: .failed) {
        #expect(cells[(failure + 1)...].allSatisfy { $0 == .untouched })
      }
      if plan.keepgoing, plan.nodeKeepgoing {
        #expect(cells.allSatisfy { $0 != .untouched })
      }
    }
  }

  @Test(arguments: seeds)
  func `with all keepgoings the end does not depend on the order of outcomes`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    var first = Self.run(&random, keepgoing: true)
    var second = first
    for index in 0..<2 {
      var run = index == 0 ? first : second
      run.advance()
      while !run.inFlight.isEmpty {
        run.endOne(Int.random(in: 0..<100, using: &random))
        run.advance()
      }
      if index == 0 { first = run } else { second = run }
    }
    #expect(first.cells == second.cells)
    #expect(first.machine.verdict == second.machine.verdict)
  }

  private static func run(_ random: inout SeededGenerator, keepgoing: Bool? = nil) -> MachineRun {
    let plan = ExecutionPlan.table(
      Bool.random(using: &random) ? .nodeFirst : .stepFirst,
      nodes: Int.random(in: 1...5, using: &random), steps: Int.random(in: 1...5, using: &random),
      keepgoing: keepgoing ?? Bool.random(using: &random),
      nodeKeepgoing: keepgoing ?? Bool.random(using: &random),
      threadCount: Int.random(in: 1...3, using: &random))
    let keys = plan.steps.flatMap { step in plan.nodes.map { "\(step.step)@\($0.name)" } }
    return MachineRun(
      plan, failing: Set(keys.filter { _ in Int.random(in: 0..<5, using: &random) == 0 }))
  }
}
