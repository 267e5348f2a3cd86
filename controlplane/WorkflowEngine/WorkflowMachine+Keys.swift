public import Model

/// A cell of one of the machine's workflows, or the handler of one.
struct CellPlace: Sendable, Hashable {
  let workflow: Int
  let slot: WorkflowProgress.Slot
}

extension WorkflowMachine {
  /// What a key means: the step of which workflow, on which node.
  public struct Place: Sendable, Hashable {
    /// The plan of the workflow that the step is in.
    public let plan: ExecutionPlan
    /// The place of the step in that plan; that of the handled step for a handler.
    public let index: Int
    public let isHandler: Bool
    /// Nil for what runs once in its workflow.
    public let node: PlannedNode?
    /// The cell that this workflow carries out; nil in the execution's own.
    public let parent: StepKey?
  }

  /// What `key` means; nil when no workflow that has begun has such a step.
  public func place(of key: StepKey) -> Place? {
    guard let place = find(key) else { return nil }
    let workflow = workflows[place.workflow]
    return Place(
      plan: workflow.plan, index: workflow.step(of: place.slot),
      isHandler: place.slot.isHandler, node: workflow.node(of: place.slot),
      parent: workflow.parent.map { workflows[$0.workflow].key(of: $0.slot) })
  }

  /// Where a cell stands, nil when there is no such cell.
  public subscript(key: StepKey) -> Cell? {
    guard let place = find(key) else { return nil }
    return workflows[place.workflow].cell(place.slot)
  }

  /// All cells that something has happened to, in the order of the plans; handlers come after the cell
  /// that they handle.
  public var touched: [(key: StepKey, cell: Cell)] {
    workflows.flatMap { workflow in
      workflow.slots.filter { workflow.cell($0) != .untouched }
        .map { (workflow.key(of: $0), workflow.cell($0)) }
    }
  }

  /// What the step context identifiers of the workflow below a cell begin with.
  static func prefix(below key: StepKey) -> String {
    key.node.isEmpty ? "\(key.step)/" : "\(key.step)@node=\(key.node)/"
  }

  func find(_ key: StepKey) -> CellPlace? {
    guard let slash = key.step.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      return workflows[0].slot(step: key.step, node: key.node).map {
        CellPlace(workflow: 0, slot: $0)
      }
    }
    let local = key.step.utf8.index(after: slash)
    guard let index = byPrefix[String(key.step[..<local])],
      let slot = workflows[index].slot(step: String(key.step[local...]), node: key.node)
    else { return nil }
    return CellPlace(workflow: index, slot: slot)
  }
}
