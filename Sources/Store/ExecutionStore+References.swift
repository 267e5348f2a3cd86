import Database
public import Model

/// How a job reference names its job.
public enum ReferencedJob: Sendable, Hashable {
  case id(JobID)
  /// The oldest of that group and name in the project.
  case name(project: String, group: String, name: String)
}

/// What a job reference needs to know about its job.
public struct ReferencedJobFacts: Sendable, Equatable {
  public let id: JobID
  public let project: String
  /// Whether nothing of the job's project may run.
  public let projectIsDisabled: Bool
  /// Another execution of the job that takes room of it; nil when there is none. What counts is `Store.hold`.
  public let running: ExecutionID?
  /// The definition, with its switch as it is now.
  public let job: Job
}

extension ExecutionStore {
  /// The job that is referred to, for the execution of that number; nil when there is none.
  public func referenced(
    _ job: ReferencedJob, by execution: ExecutionID
  ) async throws(StoreError) -> ReferencedJobFacts? {
    let (condition, arguments) = Self.condition(job)
    return try await scope.first(
      """
      SELECT j.id, j.project, j.definition, j.execution_enabled,
        (SELECT s.value FROM project_setting AS s
          WHERE s.project = j.project AND s.name = 'project.disable.executions') AS disabled,
        (SELECT MIN(o.id) FROM execution AS o
          WHERE o.job_id = j.id AND o.id <> $1 AND \(JobRoomSQL.goesOn("o"))) AS running
      FROM job AS j WHERE \(condition) ORDER BY j.created_at, j.id LIMIT 1
      """, [.integer(execution.number)] + arguments, as: Self.facts)
  }

  /// The executions that ran a job as a reference, the newest first.
  public func referring(to job: JobID) async throws(StoreError) -> [ExecutionID] {
    try await scope.all(
      "SELECT execution_id FROM referenced_job WHERE job_id = $1 ORDER BY execution_id DESC",
      [.text(job.text)]
    ) { (row: Row) throws(StoreError) in ExecutionID(try row.int("execution_id")) }
  }

  private static func condition(_ job: ReferencedJob) -> (String, [DatabaseValue]) {
    switch job {
    case .id(let id): ("j.id = $2", [.text(id.text)])
    case .name(let project, let group, let name):
      (
        "j.project = $2 AND j.group_path = $3 AND j.name = $4",
        [.text(project), .text(group), .text(name)]
      )
    }
  }

  private static func facts(_ row: Row) throws(StoreError) -> ReferencedJobFacts {
    var job: Job = try StoredJSON.decode(
      try row.text("definition"), column: "job.definition")
    job.executionEnabled = try row.bool("execution_enabled")
    return ReferencedJobFacts(
      id: JobID(try row.text("id")), project: try row.text("project"),
      projectIsDisabled: try row.optionalText("disabled") == "true",
      running: try row.optionalInt("running").map { ExecutionID($0) }, job: job)
  }
}
