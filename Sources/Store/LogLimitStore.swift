public import Database
public import Model

/// An execution whose output came to its limit.
public struct ReachedLogLimit: Sendable, Hashable {
  public let execution: ExecutionID
  /// The node whose lines were too many; nil when all of them were.
  public let node: String?
  public let at: Instant
}

extension ExecutionStore {
  /// The limits of these executions' output, by execution; those without a limit are left out.
  public func logLimits(
    of executions: some Collection<ExecutionID>
  ) async throws(StoreError) -> [ExecutionID: JobLogLimit] {
    var limits: [ExecutionID: JobLogLimit] = [:]
    for list in ValueList.lists(of: executions.map { .integer($0.number) }) {
      let rows = try await scope.all(
        "SELECT id, log_limit FROM execution WHERE id IN (\(list.marks)) AND log_limit IS NOT NULL",
        list.arguments
      ) { (row: Row) throws(StoreError) -> (ExecutionID, JobLogLimit?) in
        (ExecutionID(try row.int("id")), JobLogLimit(stored: try row.text("log_limit")))
      }
      for (id, limit) in rows { limits[id] = limit }
    }
    return limits
  }

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

  /// Notes that an execution's output came to its limit, once: a statement for the transaction that stores
  /// what is kept of it.
  public static func noteLogLimit(
    of execution: ExecutionID, node: String?, at instant: Instant
  ) -> Statement {
    Statement(
      "UPDATE execution SET log_limit_reached = COALESCE(log_limit_reached, $2) WHERE id = $1",
      [
        .integer(execution.number),
        .text(ReachedLogLimit(execution: execution, node: node, at: instant).stored),
      ])
  }
}

extension ReachedLogLimit {
  /// "microseconds node".
  fileprivate var stored: String { "\(at.microseconds) \(node ?? "")" }

  /// Nil for a row whose column is NULL.
  init?(optional row: Row) throws(StoreError) {
    guard try row.optionalText("log_limit_reached") != nil else { return nil }
    try self.init(row: row)
  }

  init(row: Row) throws(StoreError) {
    let text = try row.text("log_limit_reached")
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int64(parts[0]) else {
      throw .corrupt(table: "execution", column: "log_limit_reached", value: text)
    }
    execution = ExecutionID(try row.int("id"))
    at = Instant(microseconds: number)
    node = parts[1].isEmpty ? nil : String(parts[1])
  }
}
