import Database
public import Model

/// A job as it is stored.
public struct JobRecord: Sendable, Hashable {
  public let id: JobID
  public let project: String
  /// The definition, its identifier, switches, name and group always those of the stored columns.
  public let job: Job
  public let createdBy: String
  public let createdAt: Instant
  public let updatedAt: Instant

  static let columns = """
    id, project, group_path, name, definition, scheduled, schedule_enabled, execution_enabled,
    created_by, created_at, updated_at
    """

  init(row: Row) throws(StoreError) {
    id = JobID(try row.text("id"))
    project = try row.text("project")
    var job: Job = try StoredJSON.decode(
      try row.text("definition"), column: "job.definition")
    job.id = id
    job.project = project
    job.group = try row.text("group_path")
    job.name = try row.text("name")
    job.scheduleEnabled = try row.bool("schedule_enabled")
    job.executionEnabled = try row.bool("execution_enabled")
    self.job = job
    createdBy = try row.text("created_by")
    createdAt = try row.instant("created_at")
    updatedAt = try row.instant("updated_at")
  }
}
