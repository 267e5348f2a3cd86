import Model

@testable import WorkflowEngine

/// Plays a machine to its end with given failures.
struct MachineRun {
  var machine: WorkflowMachine
  let failing: Set<String>
  private(set) var started: [String] = []
  private(set) var inFlight: [StepKey] = []

  init(_ plan: ExecutionPlan, failing: Set<String> = []) {
    machine = WorkflowMachine(plan: plan)
    self.failing = failing
  }

  mutating func advance() {
    let keys = machine.advance().starts
    started += keys.map(\.description)
    inFlight += keys
  }

  /// Ends one of the cells that run, chosen by `index`.
  mutating func endOne(_ index: Int) {
    let key = inFlight.remove(at: index % inFlight.count)
    _ = machine.end(key, as: failing.contains(key.description) ? .failed : .succeeded)
  }

  /// Where everything stands that something has happened to.
  var cells: [StepKey: WorkflowMachine.Cell] {
    Dictionary(machine.touched.map { ($0.key, $0.cell) }) { first, _ in first }
  }

  /// Saves the cells as the store does and goes on from them.
  mutating func reload() {
    machine = WorkflowMachine(plan: machine.plan, stored: cells, isAborted: machine.isAborted)
    let decision = machine.advance()
    precondition(decision.isEmpty, "A restored machine decided something anew: \(decision)")
  }

  /// Plays to the end, first come first served, and returns what was started in its order.
  mutating func playAll() -> [String] {
    advance()
    while !inFlight.isEmpty {
      endOne(0)
      advance()
    }
    return started
  }
}

extension ExecutionPlan {
  /// A plan over nodes a, b, c… and steps 1, 2, 3….
  static func table(
    _ strategy: Strategy = .nodeFirst, nodes: Int, steps: Int, keepgoing: Bool = false,
    nodeKeepgoing: Bool = false, threadCount: Int = 1
  ) -> ExecutionPlan {
    let names = "abcdefghij".prefix(nodes)
    return ExecutionPlan(
      strategy: strategy, keepgoing: keepgoing, nodeKeepgoing: nodeKeepgoing,
      threadCount: threadCount,
      nodes: names.map {
        PlannedNode(node: Node(name: String($0)), agent: AgentID("agent-\($0)"))
      },
      steps: (0..<steps).map { PlannedStep(step: String($0 + 1)) })
  }
}
