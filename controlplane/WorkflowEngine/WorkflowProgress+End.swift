import Model

// What follows when a cell ends.

extension WorkflowProgress {
  /// Takes in how a begun slot ended.
  mutating func end(
    _ slot: Slot, as cell: WorkflowMachine.Cell, reason: String?, isAborted: Bool
  ) {
    inFlight -= 1
    if slot.isHandler {
      handlers[slot.cell] = cell
      settle(slot, reason)
      endHandler(slot, cell)
    } else if cell.isUnsuccessful, !isStopped(isAborted), plan.steps[step(of: slot)].handler != nil
    {
      cells[slot.cell] = .handling
      settle(slot, reason)
      handle(slot.cell)
    } else {
      cells[slot.cell] = cell
      settle(slot, reason)
      follow(slot.cell, counts: cell.isUnsuccessful)
    }
  }

  /// The step's word that its workflow ends; the first step's counts.
  mutating func halt(at slot: Slot, _ halt: Halt) {
    if let halted, halted.slot.order <= slot.order { return }
    halted = Halted(slot: slot, halt: halt)
  }

  /// A failed cell waits for its handler.
  private mutating func handle(_ cell: Int) {
    let index = stage(of: cell)
    if stages[index].isNodeFirst {
      ready.append(Slot(cell: cell, isHandler: true))
    } else {
      stages[index].hasFailedLane = true
      stages[index].failed.append(cell)
      stages[index].openLanes -= 1
      moved.append(index)
    }
  }

  private mutating func endHandler(_ slot: Slot, _ cell: WorkflowMachine.Cell) {
    let index = stage(of: slot.cell)
    if stages[index].isNodeFirst {
      closePair(slot.cell, as: cell)
      return
    }
    stages[index].openLanes -= 1
    moved.append(index)
    if isPaired(stages[index].steps.lowerBound) {
      closePair(slot.cell, as: cell)
    } else if stages[index].openLanes == 0, stages[index].toHandle.isEmpty {
      closeShared(index)
    }
  }

  /// A failed step and its handler have one state: the handler's.
  mutating func closePair(_ cell: Int, as handler: WorkflowMachine.Cell) {
    cells[cell] = WorkflowMachine.Cell(ofPairHandledAs: handler)
    settle(Slot(cell: cell))
    let counts = cells[cell].isUnsuccessful || !isRecovery(at: cell)
    if stages[stage(of: cell)].isNodeFirst {
      follow(cell, counts: counts)
    } else if counts {
      countFailure(cell)
    }
  }

  /// One handler ran for all that failed, or on all nodes for a step that ran once.
  private mutating func closeShared(_ index: Int) {
    let step = stages[index].steps.lowerBound
    let handler = sharedHandler(of: step)
    for cell in stages[index].failed {
      cells[cell] = WorkflowMachine.Cell(ofPairHandledAs: handler)
      settle(Slot(cell: cell))
      if cells[cell].isUnsuccessful { countFailure(cell) }
    }
    if handler == .succeeded, !isRecovery(at: step * width) { countFailure(step * width) }
  }

  /// How the handlers of a step ended that its cells share.
  func sharedHandler(of step: Int) -> WorkflowMachine.Cell {
    guard let handler = plan.steps[step].handler else { return .failed }
    let ends = places(of: step, perNode: handler.isNodeStep).map { handlers[$0] }
    if ends.contains(.aborted) { return .aborted }
    return !ends.isEmpty && ends.allSatisfy { $0 == .succeeded } ? .succeeded : .failed
  }

  /// Whether a step that failed is none any more when its handler succeeds.
  func isRecovery(at cell: Int) -> Bool {
    plan.keepgoing || plan.steps[cell / width].handler?.keepgoingOnSuccess ?? false
  }

  /// Closes the lane of a cell that is final, or makes its next cell ready.
  mutating func follow(_ cell: Int, counts: Bool) {
    let index = stage(of: cell)
    if counts {
      countFailure(cell)
      stages[index].hasFailedLane = true
    }
    let next = cell + width
    if stages[index].isNodeFirst, !counts || plan.keepgoing,
      next < stages[index].steps.upperBound * width
    {
      ready.append(Slot(cell: next))
    } else {
      stages[index].openLanes -= 1
      moved.append(index)
    }
  }

  mutating func countFailure(_ cell: Int) {
    failures += 1
    firstFailure = min(firstFailure, cell)
  }

  func stage(of cell: Int) -> Int { stageOfStep[cell / width] }
}

extension WorkflowMachine.Cell {
  /// The state of a failed step whose handler ended like this.
  init(ofPairHandledAs handler: WorkflowMachine.Cell) {
    switch handler {
    case .succeeded: self = .succeeded
    case .aborted: self = .aborted
    case .failed, .notStarted, .untouched, .begun, .handling: self = .failed
    }
  }
}
