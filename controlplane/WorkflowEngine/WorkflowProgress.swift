import Model

/// How far one workflow has come: the execution's own, or one that carries out a cell of another.
///
/// It knows nothing about the others. `WorkflowMachine` brings outcomes and takes what starts.
struct WorkflowProgress: Sendable {
  /// A cell, or the handler of a cell.
  struct Slot: Sendable, Hashable {
    let cell: Int
    var isHandler = false

    /// Its place among all slots of its workflow.
    var order: Int { cell * 2 + (isHandler ? 1 : 0) }
  }

  /// A step's word that the workflow ends.
  struct Halted: Sendable, Hashable {
    let slot: Slot
    let halt: Halt
  }

  let plan: ExecutionPlan
  /// What its step context identifiers begin with.
  let prefix: String
  /// The cell that it carries out; nil for the execution's own workflow.
  let parent: CellPlace?
  /// Why nothing of it can run.
  let obstacle: String?
  /// By step, and within a step by node. Each step has as many places; one that runs once uses the first.
  var cells: [WorkflowMachine.Cell]
  /// The handlers' cells, by the same numbers; empty when no step has a handler.
  var handlers: [WorkflowMachine.Cell]
  var stages: [Stage]
  /// Which stage begins when.
  var order: StageOrder
  /// How many slots are begun.
  var inFlight = 0
  /// How many cells count as failures, and the first of them.
  var failures = 0
  var firstFailure = Int.max
  var halted: Halted?
  /// What its rules look at: `option.env`, `data.x`… and their values.
  var values: [String: String] = [:]
  /// Whether `WorkflowMachine.advance` is to look at it.
  var isChanged = true
  /// Whether nothing of it runs and nothing will start.
  var isOver = false
  /// The slots that their lanes have come to and that are to begin.
  var ready: [Slot] = []
  /// The stages that may have lanes to open or may be over.
  var moved: [Int] = []
  /// Cells with new states, for the machine to tell.
  var settled: [WorkflowMachine.Ended] = []
  /// How many places a step has in `cells`.
  let width: Int
  /// For each step the stage that it is in.
  let stageOfStep: [Int]
  private let stepIndex: [String: Int]
  private let nodeIndex: [String: Int]

  init(plan: ExecutionPlan, prefix: String, parent: CellPlace?) {
    self.plan = plan
    self.prefix = prefix
    self.parent = parent
    width = max(1, plan.nodes.count)
    let all = Stage.all(of: plan)
    stages = all
    stageOfStep = all.indices.flatMap { stage in all[stage].steps.map { _ in stage } }
    (order, obstacle) = StageOrder.of(plan, stages: all)
    let hasHandlers = plan.steps.contains { $0.handler != nil }
    cells = Array(repeating: .untouched, count: plan.steps.count * width)
    handlers = Array(repeating: .untouched, count: hasHandlers ? cells.count : 0)
    stepIndex = Dictionary(
      plan.steps.enumerated().map { ($1.step, $0) }, uniquingKeysWith: { first, _ in first })
    nodeIndex = Dictionary(
      plan.nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension WorkflowProgress {
  /// The slot of a step's own identifier (`2`, `2e`) on a node.
  func slot(step name: String, node: String) -> Slot? {
    if let step = stepIndex[name] { return slot(step, plan.steps[step].isNodeStep, node, false) }
    guard name.utf8.last == UInt8(ascii: "e"), let step = stepIndex[String(name.dropLast())],
      let handler = plan.steps[step].handler
    else { return nil }
    return slot(step, isPerNode(handler, of: step), node, true)
  }

  private func slot(_ step: Int, _ isPerNode: Bool, _ node: String, _ isHandler: Bool) -> Slot? {
    guard isPerNode else {
      return node.isEmpty ? Slot(cell: step * width, isHandler: isHandler) : nil
    }
    return nodeIndex[node].map { Slot(cell: step * width + $0, isHandler: isHandler) }
  }

  func key(of slot: Slot) -> StepKey {
    let step = plan.steps[step(of: slot)]
    let own = slot.isHandler ? step.step + "e" : step.step
    return StepKey(
      step: prefix.isEmpty ? own : prefix + own, node: node(of: slot)?.name ?? "")
  }

  func step(of slot: Slot) -> Int { slot.cell / width }

  /// The node of a slot; nil for what runs once.
  func node(of slot: Slot) -> PlannedNode? {
    let step = step(of: slot)
    let isPerNode =
      slot.isHandler
      ? plan.steps[step].handler.map { self.isPerNode($0, of: step) } ?? false
      : plan.steps[step].isNodeStep
    return isPerNode ? plan.nodes[slot.cell % width] : nil
  }

  /// In a node-first workflow everything that belongs to a node step is done on its node.
  func isPerNode(_ handler: PlannedHandler, of step: Int) -> Bool {
    handler.isNodeStep || (plan.strategy == .nodeFirst && plan.steps[step].isNodeStep)
  }

  func cell(_ slot: Slot) -> WorkflowMachine.Cell {
    slot.isHandler ? handlers[slot.cell] : cells[slot.cell]
  }

  func isOpen(_ slot: Slot) -> Bool { cell(slot) == .begun }

  /// All slots that there are.
  var slots: [Slot] {
    plan.steps.indices.flatMap { step in
      var slots = places(of: step, perNode: plan.steps[step].isNodeStep).map { Slot(cell: $0) }
      if let handler = plan.steps[step].handler {
        slots += places(of: step, perNode: isPerNode(handler, of: step))
          .map { Slot(cell: $0, isHandler: true) }
      }
      return slots
    }
  }

  func places(of step: Int, perNode: Bool) -> Range<Int> {
    step * width..<step * width + (perNode ? plan.nodes.count : 1)
  }
}
