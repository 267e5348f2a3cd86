import Database
public import Model

/// A job as lists show it: without its definition, which would have to be read for each of them.
public struct JobBrief: Sendable, Hashable, Identifiable {
  public let id: JobID
  public let project: String
  public let name: String
  public let group: String
  public let description: String
  public let isScheduled: Bool
  public let scheduleEnabled: Bool
  public let executionEnabled: Bool
  /// Who owns its schedule.
  public let scheduleOwner: MemberID?

  static let columns = """
    id, project, name, group_path, description, scheduled, schedule_enabled, execution_enabled
    """

  init(row: Row) throws(StoreError) {
    id = JobID(try row.text("id"))
    project = try row.text("project")
    name = try row.text("name")
    group = try row.text("group_path")
    description = try row.text("description")
    isScheduled = try row.bool("scheduled")
    scheduleEnabled = try row.bool("schedule_enabled")
    executionEnabled = try row.bool("execution_enabled")
    scheduleOwner = try row.optionalText("owner_member").map(MemberID.init)
  }
}

extension JobStore {
  /// The jobs that a query selects, by group and name, in one statement however many they are.
  public func briefs(_ query: JobQuery) async throws(StoreError) -> [JobBrief] {
    var arguments = SQLArguments()
    let jobs = selection(of: JobBrief.columns, query, &arguments)
    let sql = """
      SELECT listed.*, schedule.owner_member FROM (\(jobs)) AS listed
      LEFT JOIN schedule ON schedule.job_id = listed.id AND schedule.rule IS NOT NULL
      ORDER BY listed.group_path, listed.name, listed.id
      """
    return try await scope.all(sql, arguments.values, as: JobBrief.init(row:))
  }
}
