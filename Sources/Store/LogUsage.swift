import Database
public import Model

/// How much output the log of an execution holds already, by the measures of a limit.
public struct LogUsage: Sendable, Hashable {
  /// Log entries.
  public var lines: Int64
  /// Bytes of the lines.
  public var bytes: Int64
  /// Log entries by node; only of the nodes that were asked about.
  public var linesByNode: [String: Int64]

  public init(lines: Int64 = 0, bytes: Int64 = 0, linesByNode: [String: Int64] = [:]) {
    self.lines = lines
    self.bytes = bytes
    self.linesByNode = linesByNode
  }
}

extension JobLogLimit {
  /// Whether each node is counted by itself.
  public var isOfNode: Bool {
    if case .linesOfNode = measure { true } else { false }
  }
}

extension LogChunkStore {
  /// What the logs of these targets hold, those that have a limit; asked of the chunks themselves, so it holds
  /// whoever wrote them.
  public func usage(
    for targets: some Collection<IngestTarget>
  ) async throws(StoreError) -> [ExecutionID: LogUsage] {
    var found: [ExecutionID: LogUsage] = [:]
    for target in targets where target.limit != nil {
      let execution = target.execution
      if found[execution] == nil { found[execution] = try await usage(of: execution) }
      guard target.limit?.isOfNode == true, found[execution]?.linesByNode[target.node] == nil
      else { continue }
      found[execution]?.linesByNode[target.node] = try await lines(of: execution, on: target.node)
    }
    return found
  }

  private func usage(of execution: ExecutionID) async throws(StoreError) -> LogUsage {
    let sql = "SELECT lines, content FROM log_head WHERE execution_id = $1"
    let found = try await scope.first(sql, [.integer(execution.number)]) {
      row throws(StoreError) in
      LogUsage(lines: try row.int("lines"), bytes: try row.int("content"))
    }
    return found ?? LogUsage()
  }

  private func lines(of execution: ExecutionID, on node: String) async throws(StoreError) -> Int64 {
    let sql = """
      SELECT CAST(COALESCE(SUM(lines), 0) AS BIGINT) AS lines FROM log_chunk
      WHERE execution_id = $1 AND node = $2
      """
    let found = try await scope.first(sql, [.integer(execution.number), .text(node)]) {
      row throws(StoreError) in try row.int("lines")
    }
    return found ?? 0
  }
}
