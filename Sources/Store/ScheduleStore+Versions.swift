import Database
public import Model

extension ScheduleStore {
  /// The versions of a job's schedule of which a part lies in (`from`, `through`], oldest first.
  public func versions(
    of job: JobID, from: Instant, through: Instant
  ) async throws(StoreError) -> [ScheduleVersion] {
    try await versions(of: [job], from: from, through: through)
  }

  /// The versions of these jobs' schedules of which a part lies in (`from`, `through`], by job, oldest first.
  public func versions(
    of jobs: [JobID], from: Instant, through: Instant
  ) async throws(StoreError) -> [ScheduleVersion] {
    var found: [ScheduleVersion] = []
    for list in ValueList.lists(of: jobs.map { .text($0.text) }) {
      let count = list.arguments.count
      found += try await versions(
        """
        WHERE job_id IN (\(list.marks)) AND valid_from < $\(count + 1)
          AND (valid_until IS NULL OR valid_until > $\(count + 2))
        ORDER BY job_id, version
        """, list.arguments + [.instant(through), .instant(from)])
    }
    return found
  }

  /// A page of the versions of all schedules, or of one project's, of which a part lies in
  /// (`from`, `through`]: by job, oldest first, those behind `after`. Also of jobs that are gone.
  public func versions(
    in project: String?, from: Instant, through: Instant, after: ScheduleVersion? = nil,
    limit: Int = 5_000
  ) async throws(StoreError) -> [ScheduleVersion] {
    var arguments = SQLArguments()
    var conditions = [
      "valid_from < \(arguments.add(.instant(through)))",
      "(valid_until IS NULL OR valid_until > \(arguments.add(.instant(from))))",
    ]
    if let after {
      let (job, version) = (
        arguments.add(.text(after.job.text)), arguments.add(.integer(after.version))
      )
      conditions.append("(job_id, version) > (\(job), \(version))")
    }
    if let project { conditions.append("project = \(arguments.add(.text(project)))") }
    let mark = arguments.add(.integer(Int64(limit)))
    return try await versions(
      "WHERE \(conditions.joined(separator: " AND ")) ORDER BY job_id, version LIMIT \(mark)",
      arguments.values)
  }

  private func versions(
    _ rest: String, _ arguments: [DatabaseValue]
  ) async throws(StoreError) -> [ScheduleVersion] {
    let rows = try await scope.run(
      "SELECT \(ScheduleVersion.columns) FROM schedule_version \(rest)", arguments
    ).rows
    var rules = StoredRules()
    var versions: [ScheduleVersion] = []
    versions.reserveCapacity(rows.count)
    for row in rows { versions.append(try ScheduleVersion(row: row, rules: &rules)) }
    return versions
  }
}
