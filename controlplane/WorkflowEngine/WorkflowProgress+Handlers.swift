import Model

// The handlers of a step that has ended on all the nodes that it was started on.

extension WorkflowProgress {
  /// Whether each failed cell of a step has a handler of its own.
  func isPaired(_ step: Int) -> Bool {
    plan.steps[step].isNodeStep == plan.steps[step].handler?.isNodeStep
  }

  /// Gets the handlers ready, once.
  mutating func handleFailures(of index: Int) {
    guard !stages[index].failed.isEmpty, !stages[index].isHandling else { return }
    stages[index].isHandling = true
    stages[index].failed.sort()
    let step = stages[index].steps.lowerBound
    let isPerNode = plan.steps[step].handler?.isNodeStep ?? false
    let places = isPaired(step) ? stages[index].failed : Array(places(of: step, perNode: isPerNode))
    stages[index].toHandle = places.filter { handlers[$0] == .untouched }.reversed()
      .map { Slot(cell: $0, isHandler: true) }
    if places.isEmpty { closeWithoutHandler(index) }
  }

  /// Begins as many handlers as may run at once.
  mutating func openHandlers(of index: Int, _ starts: inout [Slot]) {
    while stages[index].isHandling, stages[index].openLanes < stages[index].atOnce,
      let slot = stages[index].toHandle.popLast()
    {
      starts.append(slot)
      stages[index].openLanes += 1
    }
  }

  /// There is no node for the handler of a step that ran once.
  private mutating func closeWithoutHandler(_ index: Int) {
    for cell in stages[index].failed { closePair(cell, as: .failed) }
  }
}
