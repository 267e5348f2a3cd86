import Model
import TestSupport

@testable import WorkflowEngine

/// A workflow made up from a seed: what is planned, and what each of its steps does when it is started.
struct RandomWorkflow {
  enum Conduct {
    case ends(WorkflowMachine.Cell)
    case halts(Halt)
    case enters(ExecutionPlan)
  }

  /// What the tests want of it.
  struct Wishes {
    var strategies = ExecutionPlan.Strategy.allCases
    var keepsGoing: Bool?
    var hasHalts = true
  }

  let seed: UInt64
  let wishes: Wishes
  let plan: ExecutionPlan

  init(seed: UInt64, _ wishes: Wishes = Wishes()) {
    self.seed = seed
    self.wishes = wishes
    var random = SeededGenerator(seed: seed)
    plan = Self.plan(wishes, using: &random)
  }

  /// What a step does; always the same for the same key.
  func conduct(of key: StepKey) -> Conduct {
    var hash = seed
    for byte in key.description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var random = SeededGenerator(seed: hash)
    let depth = key.step.utf8.count { $0 == UInt8(ascii: "/") }
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1: return .ends(.failed)
    case 2 where wishes.hasHalts && Bool.random(using: &random):
      return .halts([.succeeded, .failed, .custom(status: "odd")].randomElement(using: &random)!)
    case 3 where depth < 2, 4 where depth < 2: return .enters(Self.plan(wishes, using: &random))
    default: return .ends(.succeeded)
    }
  }

  private static func plan(
    _ wishes: Wishes, using random: inout SeededGenerator
  ) -> ExecutionPlan {
    let nodes = Int.random(in: 0...4, using: &random)
    let steps = Int.random(in: 1...4, using: &random)
    var plan = ExecutionPlan.table(
      wishes.strategies.randomElement(using: &random)!, nodes: nodes, steps: steps,
      keepgoing: wishes.keepsGoing ?? Bool.random(using: &random),
      nodeKeepgoing: wishes.keepsGoing ?? Bool.random(using: &random),
      threadCount: Int.random(in: 1...3, using: &random))
    for index in plan.steps.indices {
      plan.steps[index].isNodeStep = Int.random(in: 0..<4, using: &random) > 0
      guard Bool.random(using: &random) else { continue }
      plan.steps[index].handler = PlannedHandler(
        isNodeStep: Bool.random(using: &random), keepgoingOnSuccess: Bool.random(using: &random))
    }
    if plan.strategy == .ruleset { plan.rules = rules(steps, using: &random) }
    plan.orchestration = orchestration(nodes, using: &random)
    return plan
  }

  private static func rules(_ steps: Int, using random: inout SeededGenerator) -> String {
    (1...steps).compactMap { step in
      switch Int.random(in: 0..<5, using: &random) {
      case 0: "[\(step)] run-at-start"
      case 1: "[\(step)] run-in-sequence"
      case 2 where step > 1: "[\(step)] run-after:\(Int.random(in: 1..<step, using: &random))"
      case 3: "[\(step)] if:option.x==1"
      default: nil
      }
    }.joined(separator: "\n")
  }

  private static func orchestration(
    _ nodes: Int, using random: inout SeededGenerator
  ) -> Orchestration? {
    switch Int.random(in: 0..<4, using: &random) {
    case 0 where nodes > 1: Orchestration(tiers: [1, nodes - 1])
    case 1: Orchestration(atOnce: 2)
    default: nil
    }
  }
}

/// Plays a random workflow, keeping a store as the conductor does.
struct WorkflowPlay {
  let workflow: RandomWorkflow
  var machine: WorkflowMachine
  var store: [StepKey: WorkflowMachine.Cell] = [:]
  var nested: [StepKey: ExecutionPlan] = [:]
  var halts: [StepKey: Halt] = [:]
  var started: [StepKey] = []
  var inFlight: [StepKey] = []
  /// What was told to have ended twice.
  var repeated: [StepKey] = []

  init(_ workflow: RandomWorkflow) {
    self.workflow = workflow
    machine = WorkflowMachine(plan: workflow.plan)
  }

  /// Starts what is to start, until nothing is.
  mutating func advance() {
    while case let decision = machine.advance(), !decision.isEmpty {
      keep(decision.ended)
      for key in decision.starts {
        started.append(key)
        store[key] = .begun
        if case .enters(let plan) = workflow.conduct(of: key) {
          nested[key] = plan
          machine.enter(key, plan)
        } else {
          inFlight.append(key)
        }
      }
    }
  }

  mutating func endOne(_ choice: Int) {
    let key = inFlight.remove(at: choice % inFlight.count)
    switch workflow.conduct(of: key) {
    case .ends(let cell): keep(machine.end(key, as: cell))
    case .halts(let halt):
      halts[key] = halt
      keep(machine.halt(key, halt))
    case .enters: break
    }
  }

  /// Ends what runs as an abort does.
  mutating func endOneAborted() {
    keep(machine.end(inFlight.removeFirst(), as: .aborted))
  }

  private mutating func keep(_ ended: [WorkflowMachine.Ended]) {
    for end in ended {
      if store[end.key]?.isFinal ?? false { repeated.append(end.key) }
      store[end.key] = end.cell
    }
  }

  /// The machine that another member would go on with; what it decides at once is to be nothing.
  mutating func reload() -> WorkflowMachine.Decision {
    machine = WorkflowMachine(
      plan: workflow.plan, stored: store, nested: nested, halts: halts,
      isAborted: machine.isAborted)
    return machine.advance()
  }
}
