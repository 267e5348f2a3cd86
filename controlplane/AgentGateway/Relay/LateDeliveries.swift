import Execution

/// Which assignments nobody could deliver, from looks at what is undelivered. Pure.
///
/// What is undelivered at one look is on its way to the member that holds its agent's stream; at the second
/// look that follows it is late: its agent is connected nowhere.
struct LateDeliveries {
  private var before: Set<OpenWork.Item> = []
  private var late: Set<OpenWork.Item> = []

  /// Those that are late now and were not at the look before.
  mutating func look(at undelivered: [OpenWork.Item]) -> [OpenWork.Item] {
    let now = Set(undelivered)
    let news = now.intersection(before).subtracting(late)
    late = late.intersection(now).union(news)
    before = now
    return news.sorted { $0.assignment < $1.assignment }
  }
}
