import Model

// What begins: lanes, stages, handlers.

extension WorkflowProgress {
  /// The slots that begin now. Afterwards `isOver` says whether the workflow is.
  mutating func advance(isAborted: Bool) -> [Slot] {
    guard !isOver else { return [] }
    var starts: [Slot] = []
    if isStopped(isAborted) {
      stop()
    } else {
      starts = ready
      ready = []
      repeat { move(&starts) } while beginStages()
    }
    for slot in starts { begin(slot) }
    isOver = inFlight == 0
    return starts
  }

  /// Whether nothing is started any more.
  func isStopped(_ isAborted: Bool) -> Bool { isAborted || halted != nil || obstacle != nil }

  /// Opens lanes and ends stages until nothing moves.
  private mutating func move(_ starts: inout [Slot]) {
    if moved.count > 1 { moved.sort(by: >) }
    while let index = moved.popLast() {
      guard !stages[index].isOver else { continue }
      openLanes(of: index, &starts)
      if stages[index].openLanes == 0 { handleFailures(of: index) }
      openHandlers(of: index, &starts)
      guard stages[index].openLanes == 0 else { continue }
      stages[index].isOver = true
      order.pass(index)
    }
  }

  private mutating func openLanes(of index: Int, _ starts: inout [Slot]) {
    let first = stages[index].steps.lowerBound * width
    while stages[index].canOpenLane(keepgoing: plan.nodeKeepgoing) {
      starts.append(Slot(cell: first + stages[index].nextLane))
      stages[index].nextLane += 1
      stages[index].openLanes += 1
    }
  }

  /// Begins the stages that are due. False when none does, or a failure keeps them from it.
  private mutating func beginStages() -> Bool {
    let due = order.takeDue()
    guard !order.stopsAtFailure || failures == 0 || plan.keepgoing else { return false }
    for index in due where !stages[index].isBegun {
      stages[index].isBegun = true
      if !order.holds(index, values) { skip(index) }
      moved.append(index)
    }
    return !moved.isEmpty
  }

  private mutating func skip(_ index: Int) {
    stages[index].nextLane = stages[index].laneCount
    let step = stages[index].steps.lowerBound
    for cell in places(of: step, perNode: plan.steps[step].isNodeStep) {
      cells[cell] = .notStarted
      settle(Slot(cell: cell), "Skipped: the conditions of its rules do not hold")
    }
  }

  private mutating func begin(_ slot: Slot) {
    if slot.isHandler { handlers[slot.cell] = .begun } else { cells[slot.cell] = .begun }
    inFlight += 1
  }

  /// Starts nothing any more: failed steps whose handlers have not begun stay failed.
  private mutating func stop() {
    let waiting = ready.filter(\.isHandler)
    for slot in waiting { closePair(slot.cell, as: .failed) }
    for index in stages.indices where stages[index].isBegun && !stages[index].isOver {
      stages[index].toHandle = []
      let isBegun = stages[index].isHandling && stages[index].openLanes > 0
      let shared = stages[index].isHandling && !isPaired(stages[index].steps.lowerBound)
      for cell in stages[index].failed where cells[cell] == .handling {
        guard !isBegun || (!shared && handlers[cell] == .untouched) else { continue }
        closePair(cell, as: .failed)
      }
    }
    ready = []
    moved = []
  }

  mutating func settle(_ slot: Slot, _ reason: String? = nil) {
    settled.append(WorkflowMachine.Ended(key: key(of: slot), cell: cell(slot), reason: reason))
  }

  /// The cells with new states since it was asked last.
  mutating func takeSettled() -> [WorkflowMachine.Ended] {
    defer { settled = [] }
    return settled
  }
}
