import Database
public import Model

extension LogChunkStore {
  /// Numbers of executions whose logs may be checked, in their order.
  ///
  /// - Parameters:
  ///   - project: nil for all.
  ///   - since: only those that ended then or later, or have not ended; nil for all.
  ///   - last: where the question before this one got to.
  public func executions(
    of project: String? = nil, endedSince since: Instant? = nil, after last: ExecutionID? = nil,
    limit: Int64
  ) async throws(StoreError) -> [ExecutionID] {
    var arguments = SQLArguments()
    var conditions = ["id > \(arguments.add(.integer(last?.number ?? 0)))", "removal_at IS NULL"]
    if let project { conditions.append("project = \(arguments.add(.text(project)))") }
    if let since {
      let time = arguments.add(.integer(since.microseconds))
      conditions.append("(ended_at IS NULL OR ended_at >= \(time))")
    }
    return try await scope.all(
      """
      SELECT id FROM execution WHERE \(conditions.joined(separator: " AND "))
      ORDER BY id LIMIT \(limit)
      """, arguments.values
    ) { row throws(StoreError) in ExecutionID(try row.int("id")) }
  }
}
