import Database
public import Model

// A change closes one version and opens the next at one instant of the database's clock, taken after the
// schedule's row was locked. It is never before a fire of the job or before what is settled, so that every
// instant belongs to exactly one version and no fire lies outside its own.

extension ScheduleStore {
  /// Gives a job its schedule, or with nil takes it away. A new version begins only when the rule or whether it
  /// is enabled really changes; the owner always becomes `owner`, unless that is nil. Tells all members.
  ///
  /// Call it in the transaction that writes the job, whose row it must have locked before. Who changes
  /// several jobs in one transaction calls `lock` with all of them first.
  @discardableResult
  public func put(
    _ rule: JobSchedule?, isEnabled: Bool, of job: JobID, project: String, owner: MemberID?
  ) async throws(StoreError) -> ScheduleRecord? {
    guard let rule else {
      try await remove([job])
      return nil
    }
    let list = SQLJobList([job], from: 1)
    let answers = try await scope.batch(
      [
        list.lock(scope.dialect.forUpdate, scope.dialect),
        try insertion(rule, isEnabled: isEnabled, of: job, project: project, owner: owner),
      ] + list.newVersions)
    try await scope.announce([.schedulesChanged([job])])
    var rules = StoredRules()
    return try answers[1].rows.first.map { row throws(StoreError) in
      try ScheduleRecord(row: row, rules: &rules)
    }
  }

  /// Enables or disables the schedules of these jobs and gives them to `owner`, unless that is nil. Jobs
  /// without a schedule are left out. Within a transaction that writes their rows, like `put`.
  public func setEnabled(
    _ isEnabled: Bool, of jobs: [JobID], owner: MemberID?
  ) async throws(StoreError) {
    for list in SQLJobList.lists(of: jobs, from: 3) {
      try await scope.batch(
        [
          list.lock(scope.dialect.forUpdate, scope.dialect),
          Statement(
            """
            UPDATE schedule SET owner_member = COALESCE($2, owner_member),
              version = version + CASE WHEN is_enabled = $1 THEN 0 ELSE 1 END,
              valid_from = CASE WHEN is_enabled = $1 THEN valid_from ELSE \(turn) END,
              is_enabled = $1, updated_at = \(scope.dialect.now)
            WHERE job_id IN (\(list.marks)) AND rule IS NOT NULL
            """, [.flag(isEnabled), .text(owner?.text)] + list.arguments),
        ] + list.newVersions)
    }
    try await announce(jobs)
  }

  /// Takes the schedules of these jobs away, also of jobs that are about to be deleted. What was due before
  /// stays to be settled by the owner, who learns of it as of any change. `put` with nil does the same.
  public func remove(_ jobs: [JobID]) async throws(StoreError) {
    for list in SQLJobList.lists(of: jobs, from: 1) {
      try await scope.batch(
        [
          list.lock(scope.dialect.forUpdate, scope.dialect),
          Statement(
            """
            UPDATE schedule SET version = version + 1, valid_from = \(turn), rule = NULL,
              is_enabled = 0, updated_at = \(scope.dialect.now)
            WHERE job_id IN (\(list.marks)) AND rule IS NOT NULL
            """, list.arguments),
        ] + list.newVersions)
    }
    try await announce(jobs)
  }

  /// Locks the rows of these jobs and of their schedules until the transaction ends, each by job: what a
  /// transaction that is to change several of them begins with.
  public func lock(_ jobs: [JobID]) async throws(StoreError) {
    let lists = SQLJobList.lists(of: jobs, from: 1)
    let dialect = scope.dialect
    try await scope.batch(
      lists.map {
        Statement(
          """
          SELECT 1 FROM job WHERE id IN (\($0.marks))
          ORDER BY id \(dialect.bytewise) \(dialect.forUpdate)
          """, $0.arguments)
      } + lists.map { $0.lock(dialect.forUpdate, dialect) })
  }

  /// Many are told as such.
  private func announce(_ jobs: [JobID]) async throws(StoreError) {
    guard !jobs.isEmpty else { return }
    try await scope.announce([.schedulesChanged(jobs.count > 1_000 ? [] : jobs)])
  }

  private func insertion(
    _ rule: JobSchedule, isEnabled: Bool, of job: JobID, project: String, owner: MemberID?
  ) throws(StoreError) -> Statement {
    let now = scope.dialect.now
    let isSame = """
      schedule.rule IS NOT DISTINCT FROM excluded.rule AND schedule.is_enabled = excluded.is_enabled
      """
    return Statement(
      """
      INSERT INTO schedule (job_id, project, version, rule, is_enabled, owner_member, valid_from,
        settled_until, updated_at)
      SELECT $1, $2, COALESCE((SELECT MAX(version) FROM schedule_version WHERE job_id = $1), 0) + 1,
        $3, CAST($4 AS BIGINT), $5, \(now), \(now) - 1000000, \(now)
      WHERE 1 = 1
      ON CONFLICT (job_id) DO UPDATE SET project = excluded.project, rule = excluded.rule,
        is_enabled = excluded.is_enabled,
        owner_member = COALESCE(excluded.owner_member, schedule.owner_member),
        version = schedule.version + CASE WHEN \(isSame) THEN 0 ELSE 1 END,
        valid_from = CASE WHEN \(isSame) THEN schedule.valid_from ELSE \(turn) END,
        updated_at = excluded.updated_at
      RETURNING \(ScheduleRecord.columns)
      """,
      [
        .text(job.text), .text(project), .text(try StoredRules.text(rule)), .flag(isEnabled),
        .text(owner?.text),
      ])
  }

  /// When one version ends and the next begins, over table `schedule`.
  private var turn: String {
    """
    (SELECT MAX(latest.at) FROM (SELECT \(scope.dialect.now) AS at
      UNION ALL SELECT schedule.valid_from UNION ALL SELECT schedule.settled_until
      UNION ALL SELECT MAX(due_at) FROM fire WHERE fire.job_id = schedule.job_id) AS latest)
    """
  }
}
