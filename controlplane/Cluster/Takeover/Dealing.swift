/// In which order things are dealt out to several takers, so that each gets its share and neighbours in the order
/// go to different ones.
public enum Dealing {
  /// The longest order that is made for one taker: shares are told apart in eighths of the largest.
  static let steps = 8

  /// An order of `takers` to be dealt by over and over again: each comes up in proportion to its weight (at least
  /// once), the heaviest first, spread evenly (smooth weighted round robin). Equal input gives equal order.
  public static func order<Taker>(_ takers: [(taker: Taker, weight: Int)]) -> [Taker] {
    guard let largest = takers.map(\.weight).max(), largest > 0 else { return takers.map(\.taker) }
    let shares = takers.map { max(1, ($0.weight * steps + largest / 2) / largest) }
    let divisor = shares.reduce(0, greatestCommonDivisor)
    let total = shares.reduce(0, +)
    var credit = [Int](repeating: 0, count: takers.count)
    return (0..<total / divisor).map { _ in
      for index in credit.indices { credit[index] += shares[index] }
      let next = credit.indices.max { credit[$0] < credit[$1] } ?? 0
      credit[next] -= total
      return takers[next].taker
    }
  }

  private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    second == 0 ? first : greatestCommonDivisor(second, first % second)
  }
}
