import Database
public import Model

/// The two switches of a job.
public enum JobSwitch: String, Sendable, Hashable {
  case schedule, execution

  var column: String {
    switch self {
    case .schedule: "schedule_enabled"
    case .execution: "execution_enabled"
    }
  }
}

extension JobStore {
  /// Sets a switch of several jobs in one statement; the answer has those that exist.
  public func set(
    _ which: JobSwitch, to enabled: Bool, of ids: [JobID]
  ) async throws(StoreError) -> Set<JobID> {
    var arguments = SQLArguments()
    let flag = arguments.add(.flag(enabled))
    let list = arguments.list(ids.map { .text($0.text) })
    let sql = """
      UPDATE job SET \(which.column) = \(flag), updated_at = \(scope.dialect.now)
      WHERE id IN \(list) RETURNING id
      """
    return Set(
      try await scope.all(sql, arguments.values) { row throws(StoreError) in
        JobID(try row.text("id"))
      })
  }

  /// Removes several jobs; their executions stay, and their schedules until what was due is settled. The
  /// answer has those that existed. Call it in a transaction.
  public func delete(_ ids: [JobID]) async throws(StoreError) -> Set<JobID> {
    try await scope.schedules.lock(ids)
    try await scope.schedules.remove(ids)
    var arguments = SQLArguments()
    let list = arguments.list(ids.map { .text($0.text) })
    return Set(
      try await scope.all(
        "DELETE FROM job WHERE id IN \(list) RETURNING id", arguments.values
      ) { row throws(StoreError) in JobID(try row.text("id")) })
  }
}
