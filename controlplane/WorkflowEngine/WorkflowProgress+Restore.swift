import Model

// Going on from stored cells: what each stage must have come to for its cells to be as they are.

extension WorkflowProgress {
  mutating func put(_ cell: WorkflowMachine.Cell, _ slot: Slot) {
    if slot.isHandler { handlers[slot.cell] = cell } else { cells[slot.cell] = cell }
  }

  /// Finds everything else out from the cells.
  mutating func restore() {
    inFlight = cells.count { $0 == .begun } + handlers.count { $0 == .begun }
    for index in stages.indices {
      if stages[index].isNodeFirst { restoreLanes(of: index) } else { restoreStep(of: index) }
      guard stages[index].isBegun else { continue }
      moved.append(index)
    }
  }

  private mutating func restoreLanes(of index: Int) {
    let steps = stages[index].steps
    for lane in 0..<stages[index].laneCount {
      let lanes = steps.map { $0 * width + lane }.prefix { cells[$0] != .untouched }
      guard let last = lanes.last else { continue }
      open(lane, of: index)
      for cell in lanes.dropLast() where counts(cell) {
        countFailure(cell)
        stages[index].hasFailedLane = true
      }
      switch cells[last] {
      case .begun: break
      case .handling where handlers[last] == .untouched:
        ready.append(Slot(cell: last, isHandler: true))
      case .handling: break
      default: follow(last, counts: counts(last))
      }
    }
  }

  private mutating func open(_ lane: Int, of index: Int) {
    stages[index].isBegun = true
    stages[index].nextLane = lane + 1
    stages[index].openLanes += 1
  }

  private mutating func restoreStep(of index: Int) {
    let step = stages[index].steps.lowerBound
    for lane in 0..<stages[index].laneCount where cells[step * width + lane] != .untouched {
      open(lane, of: index)
      restore(step * width + lane, in: index)
    }
    restoreHandlers(of: step, in: index)
  }

  private mutating func restore(_ cell: Int, in index: Int) {
    guard cells[cell] != .begun else { return }
    stages[index].openLanes -= 1
    if cells[cell] == .handling { stages[index].failed.append(cell) }
    if cells[cell] == .handling || cells[cell].isUnsuccessful || wasHandled(cell) {
      stages[index].hasFailedLane = true
    }
    if counts(cell) { countFailure(cell) }
  }

  private mutating func restoreHandlers(of step: Int, in index: Int) {
    guard let handler = plan.steps[step].handler else { return }
    let places = places(of: step, perNode: handler.isNodeStep)
    guard places.contains(where: { handlers[$0] != .untouched }) else { return }
    let isPaired = isPaired(step)
    let waiting = isPaired ? stages[index].failed : Array(places)
    stages[index].isHandling = true
    stages[index].hasFailedLane = true
    stages[index].openLanes += places.count { handlers[$0] == .begun }
    stages[index].toHandle = waiting.filter { handlers[$0] == .untouched }.reversed()
      .map { Slot(cell: $0, isHandler: true) }
    let isOver = stages[index].failed.isEmpty
    if !isPaired, isOver, sharedHandler(of: step) == .succeeded, !isRecovery(at: step * width) {
      countFailure(step * width)
    }
  }

  /// Whether a cell's own handler ran.
  private func wasHandled(_ cell: Int) -> Bool {
    let step = cell / width
    guard plan.steps[step].handler != nil else { return false }
    return (stages[stage(of: cell)].isNodeFirst || isPaired(step)) && handlers[cell] != .untouched
  }

  /// Whether a final cell counts as a failure.
  private func counts(_ cell: Int) -> Bool {
    cells[cell].isUnsuccessful
      || (cells[cell] == .succeeded && wasHandled(cell) && !isRecovery(at: cell))
  }
}
