import Database
public import Model

extension JobStore {
  /// The jobs that a query selects, by group and name.
  public func list(_ query: JobQuery) async throws(StoreError) -> [JobRecord] {
    var arguments = SQLArguments()
    let sql = selection(of: JobRecord.columns, query, &arguments)
    return try await scope.all(sql, arguments.values, as: JobRecord.init)
  }

  /// The question for these columns of the jobs that a query selects.
  func selection(
    of columns: String, _ query: JobQuery, _ arguments: inout SQLArguments
  ) -> String {
    var sql = """
      SELECT \(columns) FROM job WHERE \(conditions(query, &arguments))
      ORDER BY group_path, name, id
      """
    if query.limit != nil || query.offset > 0 {
      sql += " LIMIT \(arguments.add(.integer(query.limit ?? Int64.max)))"
      sql += " OFFSET \(arguments.add(.integer(query.offset)))"
    }
    return sql
  }

  /// The jobs whose schedules a member owns, by project, group and name.
  public func scheduled(ownedBy member: MemberID) async throws(StoreError) -> [JobRecord] {
    try await scope.all(
      """
      SELECT \(JobRecord.columns) FROM job
      WHERE id IN (SELECT job_id FROM schedule WHERE owner_member = $1 AND rule IS NOT NULL)
      ORDER BY project, group_path, name, id
      """, [.text(member.text)], as: JobRecord.init)
  }

  /// How long the job's last successful executions took on average, in microseconds; nil when there
  /// were none. Looks at the last 25 only, so it costs the same however long the history is.
  public func averageDuration(of id: JobID) async throws(StoreError) -> Int64? {
    let sql = """
      SELECT CAST(AVG(duration) AS BIGINT) AS average FROM (
        SELECT ended_at - started_at AS duration FROM execution
        WHERE job_id = $1 AND status = 'succeeded' AND started_at IS NOT NULL
        ORDER BY id DESC LIMIT 25) AS latest
      """
    let average = try await scope.first(sql, [.text(id.text)]) { row throws(StoreError) in
      try row.optionalInt("average")
    }
    return average ?? nil
  }

  private func conditions(_ query: JobQuery, _ arguments: inout SQLArguments) -> String {
    var conditions = ["project = \(arguments.add(.text(query.project)))"]
    if let ids = query.ids {
      conditions.append("id IN \(arguments.list(ids.map { .text($0) }))")
    }
    if let part = query.nameContains {
      conditions.append(arguments.condition("name", contains: part))
    }
    if let name = query.name { conditions.append("name = \(arguments.add(.text(name)))") }
    if let group = query.group {
      conditions.append(arguments.condition(group, column: "group_path"))
    }
    if let scheduled = query.scheduled {
      conditions.append("scheduled = \(arguments.add(.flag(scheduled)))")
    }
    if let owner = query.scheduleOwner {
      let mark = arguments.add(.text(owner.text))
      conditions.append(
        "id IN (SELECT job_id FROM schedule WHERE owner_member = \(mark) AND rule IS NOT NULL)")
    }
    return conditions.joined(separator: " AND ")
  }
}
