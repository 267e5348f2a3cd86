import Database
public import Model

extension StoreScope {
  /// Job definitions.
  public var jobs: JobStore { JobStore(scope: self) }
}

/// Job definitions.
public struct JobStore: Sendable {
  let scope: StoreScope

  /// The job of that identifier, or nil.
  public func find(_ id: JobID) async throws(StoreError) -> JobRecord? {
    try await scope.first(
      "SELECT \(JobRecord.columns) FROM job WHERE id = $1", [.text(id.text)], as: JobRecord.init)
  }

  /// The job of that group and name in a project; the oldest when several have them.
  public func find(
    project: String, group: String, name: String
  ) async throws(StoreError) -> JobRecord? {
    let sql = """
      SELECT \(JobRecord.columns) FROM job
      WHERE project = $1 AND group_path = $2 AND name = $3 ORDER BY created_at, id LIMIT 1
      """
    return try await scope.first(
      sql, [.text(project), .text(group), .text(name)], as: JobRecord.init)
  }

  /// Adds a job. A taken identifier throws an error whose `isUniqueViolation` is true; within a
  /// transaction, ask `find` first, since a failed statement ends the transaction on PostgreSQL.
  public func insert(
    _ job: Job, id: JobID, project: String, by user: String
  ) async throws(StoreError) {
    try await insert([try StoredDefinition(job, id: id, project: project)], by: user)
  }

  /// Adds jobs in one round trip, like `insert` of one.
  public func insert(
    _ definitions: [StoredDefinition], by user: String
  ) async throws(StoreError) {
    let now = scope.dialect.now
    let sql = """
      INSERT INTO job (id, project, group_path, name, definition, scheduled, schedule_enabled,
        execution_enabled, description, created_by, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \(now), \(now))
      """
    try await scope.batch(definitions.map { Statement(sql, $0.values + [.text(user)]) })
  }

  /// Replaces a job's definition; false when there is no such job in that project.
  public func update(
    _ job: Job, id: JobID, project: String
  ) async throws(StoreError) -> Bool {
    try await update(try StoredDefinition(job, id: id, project: project))
  }

  /// Replaces the definition of the job with its identifier; false when there is none in its project.
  public func update(_ definition: StoredDefinition) async throws(StoreError) -> Bool {
    let sql = """
      UPDATE job SET group_path = $3, name = $4, definition = $5, scheduled = $6,
        schedule_enabled = $7, execution_enabled = $8, description = $9, updated_at = \(scope.dialect.now)
      WHERE id = $1 AND project = $2
      """
    return try await scope.run(sql, definition.values).changes > 0
  }

  /// Removes a job; its executions stay, and its schedule until what was due is settled. False when there
  /// was none. Call it in a transaction.
  public func delete(_ id: JobID) async throws(StoreError) -> Bool {
    try await delete([id]).contains(id)
  }
}
