/// Gathers which step waits for which, and refuses what would wait for ever.
struct RuleWaits: Sendable {
  /// The most that all steps together may wait for.
  static let most = 1_000_000

  private var waiting: [Set<Int>]
  private var hasDirective: [Bool]
  /// Where a step was first made to wait.
  private var places: [RuleText?]
  private var total = 0

  init(count: Int) {
    waiting = Array(repeating: [], count: count)
    hasDirective = Array(repeating: false, count: count)
    places = Array(repeating: nil, count: count)
  }

  mutating func add(_ rule: RuleLine) throws(RulesetError) {
    for (wait, place) in rule.waits {
      for step in rule.steps {
        hasDirective[step] = true
        try add(wait, to: step, isAlone: rule.steps.count == 1, place)
      }
    }
  }

  private mutating func add(
    _ wait: RuleLine.Wait, to step: Int, isAlone: Bool, _ place: RuleText
  ) throws(RulesetError) {
    var others: Set<Int>
    switch wait {
    case .nothing: return
    case .stepBefore: others = step == 0 ? [] : [step - 1]
    case .steps(let steps): others = steps
    }
    if others.remove(step) != nil, isAlone {
      throw place.error("step \(step + 1) would wait for itself")
    }
    total += others.count
    guard total <= Self.most else {
      throw place.error(
        "the steps wait for each other \(Self.most) times; that is the most allowed")
    }
    waiting[step].formUnion(others)
    places[step] = places[step] ?? place
  }

  /// What each step waits for, with the steps that have no directive put in sequence.
  func all() throws(RulesetError) -> [Set<Int>] {
    try check()
    var all = waiting
    let awaited = Set(waiting.flatMap { $0 })
    for step in all.indices.dropFirst() where !hasDirective[step] {
      if awaited.contains(step), Self.waits(step - 1, for: step, all) { continue }
      all[step].insert(step - 1)
    }
    return all
  }

  /// Whether `step` waits for `other`, by way of others or at once.
  private static func waits(_ step: Int, for other: Int, _ all: [Set<Int>]) -> Bool {
    var seen: Set<Int> = []
    var open = [step]
    while let next = open.popLast() {
      if next == other { return true }
      if seen.insert(next).inserted { open += all[next] }
    }
    return false
  }

  /// Goes through the steps in an order in which they can run; what is left waits for itself.
  private func check() throws(RulesetError) {
    var counts = waiting.map(\.count)
    var followers = Array(repeating: [Int](), count: waiting.count)
    for step in waiting.indices { for other in waiting[step] { followers[other].append(step) } }
    var free = counts.indices.filter { counts[$0] == 0 }
    while let step = free.popLast() {
      for follower in followers[step] {
        counts[follower] -= 1
        if counts[follower] == 0 { free.append(follower) }
      }
    }
    let stuck = counts.indices.filter { counts[$0] > 0 }
    guard let place = stuck.lazy.compactMap({ places[$0] }).first else { return }
    let names = stuck.map { String($0 + 1) }.joined(separator: ", ")
    throw place.error("the steps \(names) would never run, because they wait for each other")
  }
}
