import Database
public import Model

extension StoreScope {
  /// The schedules of jobs, their versions and their owners.
  public var schedules: ScheduleStore { ScheduleStore(scope: self) }
}

/// The schedules of jobs, their versions and their owners.
public struct ScheduleStore: Sendable {
  let scope: StoreScope

  /// The schedules that a member owns, by job: at most `limit`, those after a job. Also those without a
  /// rule, of which only what was due is to be settled.
  public func owned(
    by member: MemberID, after job: JobID? = nil, limit: Int = 5_000
  ) async throws(StoreError) -> [ScheduleRecord] {
    try await records(
      "WHERE owner_member = $1 AND job_id > $2 ORDER BY job_id LIMIT $3",
      [.text(member.text), .text(job?.text ?? ""), .integer(Int64(limit))])
  }

  /// The schedules of these jobs; a job without one is left out.
  public func find(_ jobs: some Collection<JobID>) async throws(StoreError) -> [ScheduleRecord] {
    var found: [ScheduleRecord] = []
    for list in ValueList.lists(of: jobs.map { .text($0.text) }) {
      found += try await records(
        "WHERE job_id IN (\(list.marks)) ORDER BY job_id", list.arguments)
    }
    return found
  }

  /// The schedules, of all owners, that were changed at that instant or later, oldest change first.
  ///
  /// A change is seen when its transaction commits, which may be seconds after the instant it bears: ask
  /// from well before the last answer.
  public func changed(since instant: Instant) async throws(StoreError) -> [ScheduleRecord] {
    try await records(
      "WHERE updated_at >= $1 ORDER BY updated_at, job_id", [.instant(instant)])
  }

  /// How many jobs' schedules each member owns; under nil those that nobody does.
  public func counts() async throws(StoreError) -> [MemberID?: Int] {
    let pairs = try await scope.all(
      """
      SELECT owner_member, COUNT(*) AS total FROM schedule WHERE rule IS NOT NULL
      GROUP BY owner_member
      """
    ) { row throws(StoreError) in
      (try row.optionalText("owner_member").map(MemberID.init), Int(try row.int("total")))
    }
    return Dictionary(pairs) { _, last in last }
  }

  /// A page of all schedules with a rule, by job: of one owner, of one project, or of all.
  public func list(
    owner: MemberID? = nil, project: String? = nil, after job: JobID? = nil, limit: Int = 5_000
  ) async throws(StoreError) -> [ScheduleRecord] {
    var arguments = SQLArguments()
    var conditions = ["rule IS NOT NULL", "job_id > \(arguments.add(.text(job?.text ?? "")))"]
    if let owner { conditions.append("owner_member = \(arguments.add(.text(owner.text)))") }
    if let project { conditions.append("project = \(arguments.add(.text(project)))") }
    let limit = arguments.add(.integer(Int64(limit)))
    return try await records(
      "WHERE \(conditions.joined(separator: " AND ")) ORDER BY job_id LIMIT \(limit)",
      arguments.values)
  }

  func records(
    _ rest: String, _ arguments: [DatabaseValue]
  ) async throws(StoreError) -> [ScheduleRecord] {
    let rows = try await scope.run(
      "SELECT \(ScheduleRecord.columns) FROM schedule \(rest)", arguments
    ).rows
    var rules = StoredRules()
    var records: [ScheduleRecord] = []
    records.reserveCapacity(rows.count)
    for row in rows { records.append(try ScheduleRecord(row: row, rules: &rules)) }
    return records
  }
}
