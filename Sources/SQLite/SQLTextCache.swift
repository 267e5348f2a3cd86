import Synchronization

/// The rewritten texts, so that each is walked over once. Bounded: a program has a few hundred texts.
final class SQLTextCache: Sendable {
  private let limit: Int
  private let texts = Mutex<[String: SQLText]>([:])

  init(limit: Int) { self.limit = limit }

  /// The rewritten form of `sql`.
  func text(_ sql: String) -> SQLText {
    if let known = texts.withLock({ $0[sql] }) { return known }
    let new = SQLText(sql)
    texts.withLock { texts in
      if texts.count >= limit { texts.removeAll(keepingCapacity: true) }
      texts[sql] = new
    }
    return new
  }
}
