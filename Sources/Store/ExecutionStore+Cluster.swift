import Database
public import Model

/// An execution that waits for its time.
public struct ScheduledExecution: Sendable, Hashable {
  public let ownership: Ownership
  public let dueAt: Instant

  public init(
    ownership: Ownership, dueAt: Instant
  ) {
    self.ownership = ownership
    self.dueAt = dueAt
  }
}

/// What an agent has reported of an assignment so far.
public struct AssignmentReport: Sendable, Hashable {
  public let assignment: AssignmentID
  public let execution: ExecutionID
  public let key: StepKey
  public let state: AssignmentState
  public let startedAt: Instant?
  public let outcome: AssignmentOutcome?
  public let endedAt: Instant?
  /// The processes that were there after a kill, by number, when the agent said that there are some.
  public let survivors: String?

  public init(
    assignment: AssignmentID, execution: ExecutionID, key: StepKey, state: AssignmentState,
    startedAt: Instant?, outcome: AssignmentOutcome?, endedAt: Instant?, survivors: String? = nil
  ) {
    self.assignment = assignment
    self.execution = execution
    self.key = key
    self.state = state
    self.startedAt = startedAt
    self.outcome = outcome
    self.endedAt = endedAt
    self.survivors = survivors
  }
}

/// Somebody's wish that an execution ends.
public struct AbortRequest: Sendable, Hashable {
  public let execution: ExecutionID
  public let user: String?
  public let at: Instant

  public init(
    execution: ExecutionID, user: String?, at: Instant
  ) {
    self.execution = execution
    self.user = user
    self.at = at
  }
}

extension ExecutionStore {
  /// The queued executions that a member was chosen for and has not claimed, oldest first: at most `limit` behind
  /// the execution of number `last`.
  public func queued(
    for member: MemberID, after last: ExecutionID? = nil, limit: Int = 128
  ) async throws(StoreError) -> [ExecutionRecord] {
    try await scope.all(
      """
      SELECT \(ExecutionRecord.columns) FROM execution
      WHERE status = 'queued' AND owner_member IS NULL AND chosen_member = $1 AND id > $2
      ORDER BY id LIMIT $3
      """, [.text(member.text), .integer(last?.number ?? 0), .integer(Int64(limit))],
      as: ExecutionRecord.init(row:))
  }

  /// The queued executions that nobody claimed although a member was chosen at that instant or before, and
  /// those that no member was chosen for, but for those that wait for their turn; oldest first: at most `limit`
  /// behind the execution of number `last`.
  public func unclaimed(
    chosenBefore instant: Instant, after last: ExecutionID? = nil, limit: Int = 128
  ) async throws(StoreError) -> [ExecutionRecord] {
    try await scope.all(
      """
      SELECT \(ExecutionRecord.columns) FROM execution
      WHERE status = 'queued' AND owner_member IS NULL AND waits_for IS NULL
        AND (chosen_member IS NULL OR chosen_at IS NULL OR chosen_at <= $1) AND id > $2
      ORDER BY id LIMIT $3
      """, [.instant(instant), .integer(last?.number ?? 0), .integer(Int64(limit))],
      as: ExecutionRecord.init(row:))
  }

  /// The executions of a member that wait for their time, the soonest first.
  public func scheduled(of member: MemberID) async throws(StoreError) -> [ScheduledExecution] {
    try await scope.all(
      """
      SELECT id, owner_incarnation, epoch, COALESCE(due_at, created_at) AS due_at FROM execution
      WHERE status = 'scheduled' AND owner_member = $1 ORDER BY due_at, id
      """, [.text(member.text)]
    ) { (row: Row) throws(StoreError) in
      ScheduledExecution(
        ownership: try Ownership(row: row, member: member), dueAt: try row.instant("due_at"))
    }
  }

  /// What agents have reported of the executions' assignments, oldest assignment first; those that nothing
  /// was reported of are left out.
  public func reported(
    of executions: some Collection<ExecutionID>
  ) async throws(StoreError) -> [AssignmentReport] {
    var reports: [AssignmentReport] = []
    for list in ValueList.lists(of: executions.map { .integer($0.number) }) {
      reports += try await scope.all(
        """
        SELECT id, execution_id, step, node, state, started_at, outcome, ended_at, survivors
        FROM assignment WHERE execution_id IN (\(list.marks)) AND (started_at IS NOT NULL OR state = 'ended')
        ORDER BY id
        """, list.arguments, as: AssignmentReport.init(row:))
    }
    return reports
  }

  /// Who asked for the end of which of the executions that a member owns or is to claim, oldest first.
  public func abortsRequested(of member: MemberID) async throws(StoreError) -> [AbortRequest] {
    try await scope.all(
      """
      SELECT id, abort_requested_by, abort_requested_at FROM execution
      WHERE status IN ('queued', 'scheduled', 'running') AND abort_requested_at IS NOT NULL
        AND (owner_member = $1 OR (owner_member IS NULL AND chosen_member = $1))
      ORDER BY id
      """, [.text(member.text)]
    ) { (row: Row) throws(StoreError) in
      AbortRequest(
        execution: ExecutionID(try row.int("id")), user: try row.optionalText("abort_requested_by"),
        at: try row.instant("abort_requested_at"))
    }
  }

  /// How many unfinished executions each member owns; under nil those that nobody does.
  public func counts() async throws(StoreError) -> [MemberID?: Int] {
    let pairs = try await scope.all(
      """
      SELECT owner_member, COUNT(*) AS total FROM execution
      WHERE status IN ('queued', 'scheduled', 'running') GROUP BY owner_member
      """
    ) { (row: Row) throws(StoreError) in
      (try row.optionalText("owner_member").map(MemberID.init), Int(try row.int("total")))
    }
    return Dictionary(pairs) { _, last in last }
  }
}

extension Ownership {
  /// A row with `id`, `owner_incarnation` and `epoch`.
  init(row: Row, member: MemberID) throws(StoreError) {
    self.init(
      execution: ExecutionID(try row.int("id")),
      term: Term(member: member, incarnation: try row.int("owner_incarnation")),
      epoch: Epoch(try row.int("epoch")))
  }
}

extension AssignmentReport {
  init(row: Row) throws(StoreError) {
    assignment = AssignmentID(try row.int("id"))
    execution = ExecutionID(try row.int("execution_id"))
    key = StepKey(step: try row.text("step"), node: try row.text("node"))
    state = try row.value("state")
    startedAt = try row.optionalInstant("started_at")
    if let text = try row.optionalText("outcome") {
      outcome = try StoredJSON.decode(text, column: "assignment.outcome") as AssignmentOutcome
    } else {
      outcome = nil
    }
    endedAt = try row.optionalInstant("ended_at")
    survivors = try row.optionalText("survivors")
  }
}
