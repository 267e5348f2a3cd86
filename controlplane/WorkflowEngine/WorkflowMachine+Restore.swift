public import Model

extension WorkflowMachine {
  /// A machine that goes on from what is stored: cells that ended, are `handling` or are `begun`, the nested
  /// workflows by the cells that they carry out (those that ended may be left out), and the halts by the steps that said them.
  ///
  /// The same decisions follow as from the machine that was lost, because its decisions were stored
  /// together with the outcomes that led to them. A cell that a nested workflow carries out counts as
  /// begun when nothing is stored for it. What rules look at is to be given again by `note`.
  public init(
    plan: ExecutionPlan, stored: [StepKey: Cell], nested: [StepKey: ExecutionPlan] = [:],
    halts: [StepKey: Halt] = [:], isAborted: Bool
  ) {
    self.init(plan: plan)
    self.isAborted = isAborted
    for (key, plan) in nested.sorted(by: Self.isOuter) where stored[key] ?? .begun == .begun {
      guard let parent = find(key) else { continue }
      workflows[parent.workflow].put(.begun, parent.slot)
      add(WorkflowProgress(plan: plan, prefix: Self.prefix(below: key), parent: parent))
    }
    for (key, cell) in stored where cell != .untouched {
      guard let place = find(key) else { continue }
      workflows[place.workflow].put(cell, place.slot)
    }
    for (key, halt) in halts {
      guard let place = find(key) else { continue }
      workflows[place.workflow].halt(at: place.slot, halt)
    }
    for index in workflows.indices { workflows[index].restore() }
  }

  /// Outer workflows come before those within them; otherwise the order is any, but always the same.
  private static func isOuter(
    _ left: (key: StepKey, value: ExecutionPlan), _ right: (key: StepKey, value: ExecutionPlan)
  ) -> Bool {
    (left.key.step.utf8.count, left.key.description)
      < (right.key.step.utf8.count, right.key.description)
  }
}
