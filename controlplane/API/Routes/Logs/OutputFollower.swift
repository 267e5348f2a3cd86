import Logs
import Model
import Store

/// Follows the output of one execution: hands on what is stored, in order and once, up to the end.
///
/// It holds one page at a time, and reads the next when that one has been taken.
struct OutputFollower: Sendable {
  /// What a follower comes to see.
  enum Part: Sendable {
    /// The execution's state is another one than before, or is seen for the first time.
    case state(ExecutionRecord, hasFailedNodes: Bool)
    /// What came next; never empty.
    case entries([LogEntry])
    /// Nothing came for as long as a follower waits; whoever reads may be told that it is still there.
    case silence
    /// The execution has ended, and nothing is left in its log behind the offset.
    case end(ExecutionRecord, hasFailedNodes: Bool, offset: Int64)
  }

  /// Where following begins.
  enum Start: Sendable, Hashable {
    case offset(Int64)
    case lastLines(Int)
  }

  /// How far a follower is.
  struct Place: Sendable {
    /// Where to go on.
    var start: Start
    var status: ExecutionStatus?
    /// Whether there is nothing more to come.
    var isEnd = false

    var offset: Int64? { if case .offset(let offset) = start { offset } else { nil } }
  }

  private static let limit = LogLimit(entries: 1_000, bytes: 256 * 1024)

  let store: Store
  let logs: LogReader
  let execution: ExecutionID
  let start: Start
  let selection: LogSelection

  /// Hands on part after part until the end, or until the bell has ended, and returns how far it came.
  /// A store that is away is waited for.
  func follow(
    _ bell: FollowBell, _ hand: (Part) async throws -> Void
  ) async throws -> Place {
    var place = Place(start: start)
    var rings = bell.rings.makeAsyncIterator()
    while !bell.isEnded {
      let hasMore = try await step(&place, hand)
      if place.isEnd { break }
      if hasMore { continue }
      try await hand(.silence)
      guard await rings.next() != nil else { break }
    }
    return place
  }

  /// Reads and hands on a page. Returns whether the log has more of it.
  private func step(
    _ place: inout Place, _ hand: (Part) async throws -> Void
  ) async throws -> Bool {
    guard let (standing, page) = try await read(place) else { return false }
    guard let (record, hasFailedNodes) = standing else {
      place.isEnd = true
      return false
    }
    if record.status != place.status {
      try await hand(.state(record, hasFailedNodes: hasFailedNodes))
      place.status = record.status
    }
    if !page.entries.isEmpty { try await hand(.entries(page.entries)) }
    place.start = .offset(page.nextPosition)
    if !page.isComplete { return true }
    if record.status.isFinal {
      try await hand(.end(record, hasFailedNodes: hasFailedNodes, offset: page.nextPosition))
      place.isEnd = true
    }
    return false
  }

  /// First where the execution stands (no record: it was deleted), then its log: so the end never comes
  /// before the last line. Nil when the store is away.
  private func read(
    _ place: Place
  ) async throws -> ((ExecutionRecord, hasFailedNodes: Bool)?, LogPage)? {
    do {
      guard let record = try await store.ask.executions.find(execution) else {
        return (nil, try await page(place))
      }
      let hasFailedNodes = try await store.ask.executionHistory.hasFailedNodes(record)
      return ((record, hasFailedNodes), try await page(place))
    } catch let error as StoreError where error.isRetryable {
      return nil
    } catch let error as LogError where error.isRetryable {
      return nil
    }
  }

  private func page(_ place: Place) async throws(LogError) -> LogPage {
    switch place.start {
    case .offset(let offset):
      try await logs.page(
        of: execution, from: offset, limit: Self.limit, selecting: selection)
    case .lastLines(let lines):
      try await logs.lastLines(lines, of: execution, selecting: selection)
    }
  }
}
