import Database
public import Model

/// An execution whose output came to its limit.
public struct ReachedLogLimit: Sendable, Hashable {
  public let execution: ExecutionID
  /// The node whose lines were too many; nil when all of them were.
  public let node: String?
  public let at: Instant
}

extension ExecutionStore {
  /// Which of these executions' output came to its limit.
  public func reachedLogLimits(
    of executions: some Collection<ExecutionID>
  ) async throws(StoreError) -> [ReachedLogLimit] {
    var reached: [ReachedLogLimit] = []
    for list in ValueList.lists(of: executions.map { .integer($0.number) }) {
      reached += try await scope.all(
        """
        SELECT id, log_limit_reached FROM execution
        WHERE id IN (\(list.marks)) AND log_limit_reached IS NOT NULL
        """, list.arguments, as: ReachedLogLimit.init(row:))
    }
    return reached
  }
}

extension ReachedLogLimit {
  /// "microseconds node", or without a node. Nil for a row whose column is NULL.
  init?(optional row: Row) throws(StoreError) {
    guard try row.optionalText("log_limit_reached") != nil else { return nil }
    try self.init(row: row)
  }

  init(row: Row) throws(StoreError) {
    let text = try row.text("log_limit_reached")
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard let number = parts.first.flatMap({ Int64($0) }) else {
      throw .corrupt(table: "execution", column: "log_limit_reached", value: text)
    }
    execution = ExecutionID(try row.int("id"))
    at = Instant(microseconds: number)
    node = parts.count < 2 || parts[1].isEmpty ? nil : String(parts[1])
  }
}
