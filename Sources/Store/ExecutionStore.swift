import Database
public import Model

extension StoreScope {
  /// Questions about single executions. Lists and filters are `executionHistory`.
  public var executions: ExecutionStore { ExecutionStore(scope: self) }
}

/// The ledger of executions, one at a time.
public struct ExecutionStore: Sendable {
  let scope: StoreScope

  /// The execution of that number, or nil when there is none.
  public func find(_ id: ExecutionID) async throws(StoreError) -> ExecutionRecord? {
    try await scope.first(
      "SELECT \(ExecutionRecord.columns) FROM execution WHERE id = $1 AND removal_at IS NULL",
      [.integer(id.number)], as: ExecutionRecord.init(row:))
  }

  /// Who owns which of the unfinished executions that any incarnation of a member owns, oldest first.
  /// It reads nothing that may be damaged, so that one bad row does not hide the others.
  public func unfinished(of member: MemberID) async throws(StoreError) -> [Ownership] {
    try await scope.all(
      """
      SELECT id, owner_incarnation, epoch FROM execution
      WHERE status IN ('queued', 'scheduled', 'running') AND owner_member = $1 ORDER BY id
      """,
      [.text(member.text)]
    ) { (row: Row) throws(StoreError) in try Ownership(row: row, member: member) }
  }

  /// The execution with the lowest number that takes room of a job, or nil when there is none.
  public func running(of job: JobID) async throws(StoreError) -> ExecutionID? {
    try await scope.first(
      """
      SELECT MIN(id) AS id FROM (
        SELECT e.id FROM execution AS e WHERE e.job_id = $1 AND \(JobRoomSQL.goesOn("e"))
        UNION ALL SELECT h.execution_id FROM job_hold AS h
          JOIN execution AS x ON x.id = h.execution_id AND x.status = 'running'
          WHERE h.job_id = $1 AND \(JobRoomSQL.isInUse)) AS taken
      HAVING MIN(id) IS NOT NULL
      """,
      [.text(job.text)]
    ) { (row: Row) throws(StoreError) in ExecutionID(try row.int("id")) }
  }

  /// How the last execution of a job that has ended did so; nil when none has.
  public func lastEnd(
    of job: JobID
  ) async throws(StoreError) -> (status: ExecutionStatus, customStatus: String?)? {
    try await scope.first(
      """
      SELECT status, custom_status FROM execution
      WHERE job_id = $1 AND status NOT IN ('queued', 'scheduled', 'running')
      ORDER BY id DESC LIMIT 1
      """,
      [.text(job.text)]
    ) { (row: Row) throws(StoreError) in
      (try row.value("status"), try row.optionalText("custom_status"))
    }
  }

  /// Whether there is an execution of that number.
  public func exists(_ id: ExecutionID) async throws(StoreError) -> Bool {
    try await !scope.run(
      "SELECT 1 FROM execution WHERE id = $1 AND removal_at IS NULL", [.integer(id.number)]
    ).rows.isEmpty
  }

  /// Takes the next number for an execution that is inserted outside of the group commit.
  public func takeNumber() async throws(StoreError) -> ExecutionID {
    guard let number = try await scope.commit([.take(1, of: .executions)])[0].number else {
      throw .notFound(kind: "number", key: ExecutionWrite.Numbers.executions.rawValue)
    }
    return ExecutionID(number)
  }

  /// Inserts an execution as it is given; the group commit uses `ExecutionWrite.insert`.
  ///
  /// Throws `StoreError.staleTerm` when the term in whose name it is launched has ended, and
  /// `StoreError.notFound` when its project does not exist or another condition refused it.
  public func insert(_ draft: ExecutionDraft) async throws(StoreError) {
    guard try await scope.commit([.insert(draft)])[0].rows == 1 else {
      if let term = draft.owner ?? draft.decider, try await !scope.members.isCurrent(term) {
        throw .staleTerm(subject: "the execution \(draft.id)", term: term)
      }
      throw .notFound(kind: "project", key: draft.project)
    }
  }
}
