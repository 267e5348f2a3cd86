/// Who is being delivered to: how much room there is, and for whom. Pure.
///
/// A receiver takes a few lanes at most, and one that did not answer lately takes a single one; all of those together
/// never take more than half of the lanes, so that receivers that hang delay nobody else.
struct DeliveryLanes: Sendable {
  let total: Int
  let each: Int
  private(set) var taken: [String: Int] = [:]
  private var hanging: Set<String> = []
  /// Whom the last round ended with: the next one begins behind it.
  private var last = ""

  init(total: Int, each: Int) {
    self.total = max(total, 2)
    self.each = max(each, 1)
  }

  var takenCount: Int { taken.values.reduce(0, +) }

  /// How many notifications to claim for each of these receivers.
  mutating func wishes(for due: [String]) -> [(receiver: String, limit: Int)] {
    var free = total - takenCount
    var freeForHanging =
      total / 2 - taken.reduce(0) { $0 + (hanging.contains($1.key) ? $1.value : 0) }
    var wishes: [(receiver: String, limit: Int)] = []
    let sorted = due.sorted()
    let turn = sorted.filter { $0 > last } + sorted.filter { $0 <= last }
    for receiver in turn where free > 0 {
      let isHanging = hanging.contains(receiver)
      let own = (isHanging ? 1 : each) - (taken[receiver] ?? 0)
      let limit = min(own, free, isHanging ? freeForHanging : free)
      guard limit > 0 else { continue }
      wishes.append((receiver, limit))
      free -= limit
      if isHanging { freeForHanging -= limit }
      last = receiver
    }
    return wishes
  }

  mutating func take(_ receiver: String) { taken[receiver, default: 0] += 1 }

  mutating func free(_ receiver: String) {
    guard let count = taken[receiver] else { return }
    taken[receiver] = count > 1 ? count - 1 : nil
  }

  /// Whether it answered the last time.
  mutating func note(_ receiver: String, hangs: Bool) {
    guard hangs else { return _ = hanging.remove(receiver) }
    // More than anybody has; a receiver that is forgotten is noted again.
    if hanging.count >= 10_000 { hanging = [] }
    hanging.insert(receiver)
  }
}
