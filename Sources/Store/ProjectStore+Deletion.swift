import Database
public import Model

/// What became of the wish to delete a project.
public enum ProjectDeletion: Sendable, Hashable {
  case deleted
  /// There is none of that name.
  case missing
  /// These of its executions have not ended, the oldest ones; roll the transaction back.
  case busy([ExecutionID])
}

extension ProjectStore {
  /// Keeps a project from being deleted until the transaction ends; false when there is none. Whoever writes
  /// something that the project's deletion has to find, and that does not reference its row, begins with it.
  public func keep(_ name: String) async throws(StoreError) -> Bool {
    try await lock(name, scope.dialect.forKeyShare)
  }

  /// The executions of a project that have not ended, oldest first.
  public func unfinished(
    of name: String, limit: Int = 100
  ) async throws(StoreError) -> [ExecutionID] {
    try await scope.all(
      """
      SELECT id FROM execution
      WHERE project = $1 AND status IN ('queued', 'scheduled', 'running') ORDER BY id LIMIT $2
      """, [.text(name), .integer(Int64(limit))]
    ) { row throws(StoreError) in ExecutionID(try row.int("id")) }
  }

  /// Keeps everybody from launching anything for the project while its history is removed, when nothing of it goes
  /// on. What it does not end is over after `removalPatience`, so that a member's death keeps nobody out for ever. Call
  /// it in a transaction, and again from time to time.
  public func close(_ name: String) async throws(StoreError) -> ProjectDeletion {
    guard try await lock(name, scope.dialect.forUpdate) else { return .missing }
    let busy = try await unfinished(of: name)
    guard busy.isEmpty else { return .busy(busy) }
    try await scope.run(
      "UPDATE project SET removal_at = \(scope.dialect.now) WHERE name = $1", [.text(name)])
    return .deleted
  }

  /// Lets everybody launch again: the project is not deleted after all.
  public func open(_ name: String) async throws(StoreError) {
    try await scope.run("UPDATE project SET removal_at = NULL WHERE name = $1", [.text(name)])
  }

  /// Whether there is such a project and it is not being deleted.
  public func mayLaunch(_ name: String) async throws(StoreError) -> Bool {
    let condition = Self.mayLaunch("p", scope.dialect.now)
    return try await !scope.run(
      "SELECT 1 FROM project AS p WHERE p.name = $1 AND \(condition)", [.text(name)]
    ).rows.isEmpty
  }

  /// How long a project stays closed for launches after the last `close`.
  static let removalPatience: Int64 = 600_000_000

  /// The condition over table `project AS p` that its executions may begin.
  static func mayLaunch(_ table: String, _ now: String) -> String {
    "(\(table).removal_at IS NULL OR \(table).removal_at < \(now) - \(removalPatience))"
  }

  /// Removes a project with its settings, jobs and executions, unless some of these have not ended: nothing is
  /// launched for it from the question on. The schedules stay until what was due is settled. Call it in a
  /// transaction.
  public func deleteWhenIdle(_ name: String) async throws(StoreError) -> ProjectDeletion {
    guard try await takeAway(name) else { return .missing }
    let busy = try await unfinished(of: name)
    guard busy.isEmpty else { return .busy(busy) }
    try await remove(name)
    return .deleted
  }

  /// Removes a project with all its executions, whatever they do; false when there was none. Call it in a
  /// transaction.
  public func delete(_ name: String) async throws(StoreError) -> Bool {
    guard try await takeAway(name) else { return false }
    try await remove(name)
    return true
  }

  /// Takes the schedules away and locks the project's row; false when there is none.
  ///
  /// Jobs are locked before the project, which everybody who launches a run does; what was imported until
  /// the row was locked is taken away after that, when nothing can be imported any more.
  private func takeAway(_ name: String) async throws(StoreError) -> Bool {
    try await removeSchedules(of: name)
    guard try await lock(name, scope.dialect.forUpdate) else { return false }
    try await removeSchedules(of: name)
    return true
  }

  private func removeSchedules(of project: String) async throws(StoreError) {
    let known = try await scope.all(
      """
      SELECT id FROM job WHERE project = $1
      UNION SELECT job_id AS id FROM schedule WHERE project = $1 AND rule IS NOT NULL
      """, [.text(project)]
    ) { row throws(StoreError) in JobID(try row.text("id")) }
    guard !known.isEmpty else { return }
    try await scope.schedules.lock(known)
    try await scope.schedules.remove(known)
  }

  private func remove(_ name: String) async throws(StoreError) {
    try await scope.run("DELETE FROM project WHERE name = $1", [.text(name)])
  }

  private func lock(_ name: String, _ strength: String) async throws(StoreError) -> Bool {
    try await !scope.run("SELECT 1 FROM project WHERE name = $1 \(strength)", [.text(name)]).rows
      .isEmpty
  }
}
