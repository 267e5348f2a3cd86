import Database
public import Model

/// An execution whose output came to its limit.
public struct ReachedLogLimit: Sendable, Hashable {
  public let execution: ExecutionID
  /// The node whose lines were too many; nil when all of them were.
  public private(set) var node: String?
  public let at: Instant
}

extension ExecutionStore {
  /// Which of these executions' output came to its limit; where each node has its own, once for each node.
  public func reachedLogLimits(
    of executions: some Collection<ExecutionID>
  ) async throws(StoreError) -> [ReachedLogLimit] {
    var reached: [ReachedLogLimit] = []
    for list in ValueList.lists(of: executions.map { .integer($0.number) }) {
      reached += try await scope.all(
        """
        SELECT DISTINCT e.id, e.log_limit_reached, a.node AS limited_node
        FROM execution AS e LEFT JOIN assignment AS a ON a.execution_id = e.id
          AND a.truncated_from IS NOT NULL AND e.log_limit_reached LIKE '% %'
        WHERE e.id IN (\(list.marks)) AND e.log_limit_reached IS NOT NULL
        ORDER BY e.id, limited_node
        """, list.arguments, as: ReachedLogLimit.init(ofNode:))
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

  /// With the node that the row names, if it does.
  init(ofNode row: Row) throws(StoreError) {
    try self.init(row: row)
    if let name = try row.optionalText("limited_node") { node = name }
  }

  /// The nodes of `log_limit_told`.
  static func told(_ row: Row) throws(StoreError) -> Set<String> {
    guard let text = try row.optionalText("log_limit_told") else { return [] }
    return Set(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
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

extension ExecutionWrite {
  /// Remembers which nodes' limits the log has a line about, in one commit with that line; an empty name stands for the
  /// limit of all of them.
  public static func tellLogLimits(_ nodes: Set<String>, by owner: Ownership) -> ExecutionWrite {
    ExecutionWrite(
      "UPDATE execution AS e SET log_limit_told = $5 WHERE \(Ownership.condition)",
      owner.arguments + [.text(nodes.sorted().joined(separator: "\n"))])
  }
}
