import Model

/// Which stages of a workflow begin when.
///
/// Each stage waits for others; it is due when none is left. A stage that is due begins, or is skipped when
/// its conditions do not hold.
struct StageOrder: Sendable {
  /// How many stages each stage waits for.
  private var waits: [Int]
  /// The stages that wait for each stage.
  private let followers: [[Int]]
  /// What the rules ask before each stage begins.
  private let conditions: [RuleConditions]
  /// Whether a stage begins only while nothing has failed, without the workflow's keepgoing.
  let stopsAtFailure: Bool
  /// The stages that are due and were not looked at yet.
  private(set) var due: [Int]

  /// For each stage the stages that it waits for, and what is asked before it begins.
  init(waiting: [Set<Int>], conditions: [RuleConditions] = [], stopsAtFailure: Bool) {
    var followers = Array(repeating: [Int](), count: waiting.count)
    for (stage, others) in waiting.enumerated() {
      for other in others.sorted() { followers[other].append(stage) }
    }
    self.followers = followers
    self.conditions = conditions
    self.stopsAtFailure = stopsAtFailure
    waits = waiting.map(\.count)
    due = waiting.indices.filter { waiting[$0].isEmpty }
  }

  /// The order of a plan's stages, or why there is none.
  static func of(_ plan: ExecutionPlan, stages: [Stage]) -> (StageOrder, obstacle: String?) {
    switch plan.strategy {
    case .nodeFirst, .stepFirst:
      let waiting = stages.indices.map { $0 == 0 ? [] : Set([$0 - 1]) }
      return (StageOrder(waiting: waiting, stopsAtFailure: true), plan.obstacle)
    case .parallel:
      let waiting = Array(repeating: Set<Int>(), count: stages.count)
      return (StageOrder(waiting: waiting, stopsAtFailure: false), plan.obstacle)
    case .ruleset:
      do {
        let rules = try Ruleset(plan.rules ?? "", steps: plan.steps.map(\.label))
        return (
          StageOrder(
            waiting: rules.waiting, conditions: rules.conditions, stopsAtFailure: true),
          plan.obstacle
        )
      } catch {
        return (StageOrder(waiting: [], stopsAtFailure: true), plan.obstacle ?? "\(error)")
      }
    }
  }

  /// Takes out what is due, in the order of the stages.
  mutating func takeDue() -> [Int] {
    defer { due = [] }
    return due.sorted()
  }

  /// Notes that a stage is over or skipped.
  mutating func pass(_ stage: Int) {
    for follower in followers[stage] {
      waits[follower] -= 1
      if waits[follower] == 0 { due.append(follower) }
    }
  }

  /// Whether a stage that is due is to begin, as the values are now.
  func holds(_ stage: Int, _ values: [String: String]) -> Bool {
    conditions.isEmpty || conditions[stage].hold(values)
  }
}
