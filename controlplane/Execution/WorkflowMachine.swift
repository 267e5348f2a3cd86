import Model

/// Decides what an execution does next. A value without clock, store or network: outcomes and an abort
/// go in, the steps to start and at last the final status come out.
///
/// The plan's steps and nodes span a table of *cells*, one for each step on each node. A strategy cuts
/// the table into *stages* that follow each other, and a stage into *lanes* of cells:
///
/// - node-first: one stage; a lane for each node, with all steps in it.
/// - step-first (`sequential`): a stage for each step; a lane for each node, with one cell in it.
///
/// At most `threadCount` lanes of a stage are worked on at once, in their order. A failed cell ends its
/// lane unless `keepgoing`; a failed lane keeps further lanes of the stage from starting unless
/// `nodeKeepgoing`; a failed stage keeps the next from starting unless `keepgoing`.
///
/// What is to come fits this shape: the `parallel` strategy is one stage with a lane for each cell;
/// `ruleset` chooses the next stage by its rules instead of by number; an error handler is a second
/// assignment for a cell that stays open in between; a job reference is a cell whose outcome a nested
/// machine gives, under the step context `2/1`; a retried step is a cell that is started again with
/// the next attempt; a step that runs once in the workflow is a stage with one lane of one cell.
struct WorkflowMachine: Sendable {
  /// Where a cell stands.
  enum Cell: UInt8, Sendable, Hashable {
    case untouched, begun, succeeded, failed, aborted, notStarted

    var isFinal: Bool { self != .untouched && self != .begun }
    /// Whether it counts as a failure for what follows.
    var isUnsuccessful: Bool { self == .failed || self == .aborted || self == .notStarted }
  }

  let plan: ExecutionPlan
  private(set) var cells: [Cell]
  private(set) var isAborted = false
  /// How the execution ends once it was told to end; nil: as aborted.
  private(set) var forcedVerdict: Verdict?
  private(set) var inFlight = 0
  private var stage = 0
  private var nextLane = 0
  private var openLanes = 0
  private var stageFailed = false
  private let stepIndex: [String: Int]
  private let nodeIndex: [String: Int]

  /// A machine at the beginning of `plan`; call `advance` for the first steps.
  init(plan: ExecutionPlan) {
    self.plan = plan
    cells = Array(repeating: .untouched, count: plan.steps.count * plan.nodes.count)
    stepIndex = Dictionary(
      plan.steps.enumerated().map { ($1.step, $0) }, uniquingKeysWith: { first, _ in first })
    nodeIndex = Dictionary(
      plan.nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Takes in how a begun cell ended; nothing changes for any other cell.
  /// True when the cell was open.
  mutating func end(_ key: StepKey, as cell: Cell) -> Bool {
    guard cell.isFinal, let index = index(of: key), cells[index] == .begun else { return false }
    cells[index] = cell
    inFlight -= 1
    if cell.isUnsuccessful { stageFailed = true }
    follow(lane: index % plan.nodes.count, after: index)
    return true
  }

  /// From here on nothing is started any more, and the execution ends as `verdict` says; nil: as aborted.
  /// The first word counts.
  mutating func abort(as verdict: Verdict? = nil) {
    guard !isAborted else { return }
    isAborted = true
    forcedVerdict = verdict
  }

  /// What to start now, in this order. Each of these cells is begun from here on.
  mutating func advance() -> [StepKey] {
    guard !isAborted, plan.obstacle == nil else { return [] }
    var starts = pending
    pending = []
    while true {
      while canOpenLane {
        openLanes += 1
        starts.append(firstCell(of: nextLane))
        nextLane += 1
      }
      guard openLanes == 0, starts.isEmpty, moveToNextStage() else { break }
    }
    for index in starts {
      cells[index] = .begun
      inFlight += 1
    }
    return starts.map(key(at:))
  }

  /// Whether a lane has come to a cell that `advance` has not begun yet.
  var hasPending: Bool { !pending.isEmpty }

  /// Cells that their lanes come to next.
  private var pending: [Int] = []

  private var canOpenLane: Bool {
    stage < stageCount && nextLane < plan.nodes.count && openLanes < max(1, plan.threadCount)
      && (!stageFailed || plan.nodeKeepgoing)
  }

  /// Closes the lane of a cell that has just ended, or makes its next cell pending.
  private mutating func follow(lane: Int, after index: Int) {
    let goesOn = !cells[index].isUnsuccessful || plan.keepgoing
    let next = index + plan.nodes.count
    if plan.strategy == .nodeFirst, goesOn, next < cells.count {
      pending.append(next)
    } else {
      openLanes -= 1
    }
  }

  private mutating func moveToNextStage() -> Bool {
    guard stage + 1 < stageCount, !stageFailed || plan.keepgoing else { return false }
    stage += 1
    nextLane = 0
    stageFailed = false
    return true
  }
}

extension WorkflowMachine {
  private var stageCount: Int {
    guard !plan.nodes.isEmpty, !plan.steps.isEmpty else { return 0 }
    return plan.strategy == .nodeFirst ? 1 : plan.steps.count
  }

  private func firstCell(of lane: Int) -> Int { stage * plan.nodes.count + lane }

  func index(of key: StepKey) -> Int? {
    guard let step = stepIndex[key.step], let node = nodeIndex[key.node] else { return nil }
    return step * plan.nodes.count + node
  }

  func key(at index: Int) -> StepKey {
    StepKey(
      step: plan.steps[index / plan.nodes.count].step,
      node: plan.nodes[index % plan.nodes.count].name)
  }

  /// Where a cell stands, nil when the plan has no such cell.
  subscript(key: StepKey) -> Cell? { index(of: key).map { cells[$0] } }
}

extension WorkflowMachine {
  /// A machine that goes on from what is stored: `ended` cells and cells that are `begun`. The same
  /// decisions follow as from the machine that was lost, because its decisions were stored together
  /// with the outcomes that led to them.
  init(plan: ExecutionPlan, stored: [StepKey: Cell], isAborted: Bool) {
    self.init(plan: plan)
    self.isAborted = isAborted
    for (key, cell) in stored {
      guard let index = index(of: key) else { continue }
      cells[index] = cell
    }
    inFlight = cells.count { $0 == .begun }
    while restoreStage(), openLanes == 0, !canOpenLane, moveToNextStage() {}
  }

  /// Finds out which lanes of the current stage are open. False when the plan has no stage.
  private mutating func restoreStage() -> Bool {
    guard stage < stageCount else { return false }
    for lane in 0..<plan.nodes.count {
      let first = firstCell(of: lane)
      let end = plan.strategy == .nodeFirst ? cells.count : first + 1
      let places = Array(stride(from: first, to: end, by: plan.nodes.count))
      guard places.contains(where: { cells[$0] != .untouched }) else { continue }
      nextLane = lane + 1
      openLanes += 1
      restore(places, lane: lane)
    }
    return true
  }

  private mutating func restore(_ places: [Int], lane: Int) {
    for index in places where cells[index].isUnsuccessful { stageFailed = true }
    guard let last = places.last(where: { cells[$0] != .untouched }), cells[last].isFinal else {
      return
    }
    follow(lane: lane, after: last)
  }
}
