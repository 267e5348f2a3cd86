import Model

/// A part of a workflow whose lanes are gone through together: a step on its nodes, or, in a node-first
/// workflow, a run of node steps.
struct Stage: Sendable {
  let steps: Range<Int>
  /// Whether a lane goes through all steps of the stage with their handlers; else handlers run when the
  /// step has ended everywhere.
  let isNodeFirst: Bool
  let laneCount: Int
  /// How many lanes are worked on at once.
  let atOnce: Int
  /// The lanes that begin only when all before them are done.
  let barriers: Set<Int>
  var isBegun = false
  var isOver = false
  var nextLane = 0
  var openLanes = 0
  /// Whether a lane has failed, so that without keepgoing no further one is opened.
  var hasFailedLane = false
  /// Failed cells that wait for their handlers, and the handlers that are to begin for them.
  var failed: [Int] = []
  var toHandle: [WorkflowProgress.Slot] = []
  var isHandling = false

  /// The stages of a plan, in the order of its steps.
  static func all(of plan: ExecutionPlan) -> [Stage] {
    guard plan.strategy == .nodeFirst else {
      return plan.steps.indices.map { Stage($0..<$0 + 1, of: plan) }
    }
    var stages: [Stage] = []
    var first = 0
    for step in plan.steps.indices {
      let isLast = step + 1 == plan.steps.count
      let endsRun = !plan.steps[step].isNodeStep || isLast || !plan.steps[step + 1].isNodeStep
      guard endsRun else { continue }
      stages.append(Stage(first..<step + 1, of: plan))
      first = step + 1
    }
    return stages
  }

  private init(_ steps: Range<Int>, of plan: ExecutionPlan) {
    let isNodeStep = plan.steps[steps.lowerBound].isNodeStep
    self.steps = steps
    isNodeFirst = plan.strategy == .nodeFirst && isNodeStep
    laneCount = isNodeStep ? plan.nodes.count : 1
    atOnce = max(1, min(plan.threadCount, plan.orchestration?.atOnce ?? .max))
    barriers = isNodeStep ? plan.orchestration?.barriers ?? [] : []
  }

  /// Whether the next lane may be opened now.
  func canOpenLane(keepgoing: Bool) -> Bool {
    nextLane < laneCount && openLanes < atOnce && (!hasFailedLane || keepgoing)
      && (openLanes == 0 || !barriers.contains(nextLane))
  }
}

extension Orchestration {
  /// The places in the plan at which a tier begins.
  fileprivate var barriers: Set<Int> {
    var next = 0
    return Set(
      (tiers ?? []).map { size in
        defer { next += size }
        return next
      })
  }
}
