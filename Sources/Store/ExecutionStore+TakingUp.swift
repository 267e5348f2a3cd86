import Database
public import Model

/// What is stored of an execution, for whoever goes on with it.
public struct StoredExecution: Sendable {
  public var record: ExecutionRecord
  /// In no particular order.
  public var states: [StepStateRecord]
  /// The oldest first.
  public var assignments: [AssignmentRecord]
  /// The workflows within it, in no particular order.
  public var nested: [NestedWorkflowRecord] = []
  /// Whether and where its output came to its limit.
  public var reachedLogLimit: ReachedLogLimit?
  /// The nodes whose limit the log has a line about; an empty name stands for the limit of all of them.
  public var toldLogLimits: Set<String> = []
}

extension ExecutionStore {
  /// How many unfinished executions any incarnation of a member owns.
  public func unfinishedCount(of member: MemberID) async throws(StoreError) -> Int {
    try await scope.first(
      """
      SELECT COUNT(*) AS total FROM execution
      WHERE status IN ('queued', 'scheduled', 'running') AND owner_member = $1
      """, [.text(member.text)]
    ) { (row: Row) throws(StoreError) in Int(try row.int("total")) } ?? 0
  }

  /// `unfinished(of:)`, in pages: at most `limit` behind the execution of number `last`.
  public func unfinished(
    of member: MemberID, after last: ExecutionID?, limit: Int
  ) async throws(StoreError) -> [Ownership] {
    try await scope.all(
      """
      SELECT id, owner_incarnation, epoch FROM execution
      WHERE status IN ('queued', 'scheduled', 'running') AND owner_member = $1 AND id > $2
      ORDER BY id LIMIT $3
      """, [.text(member.text), .integer(last?.number ?? 0), .integer(Int64(limit))]
    ) { (row: Row) throws(StoreError) in try Ownership(row: row, member: member) }
  }

  /// All that is stored of these executions; one that is gone is left out, and one that is damaged does not hide
  /// the others. One round trip and four statements for each 512.
  public func stored(
    _ ids: some Collection<ExecutionID>
  ) async throws(StoreError) -> [ExecutionID: Result<StoredExecution, StoreError>] {
    var found: [ExecutionID: Result<StoredExecution, StoreError>] = [:]
    for list in ValueList.lists(of: ids.map { .integer($0.number) }) {
      let answers = try await scope.batch([
        Statement(
          """
          SELECT \(ExecutionRecord.columns), log_limit_reached, log_limit_told FROM execution
          WHERE id IN (\(list.marks))
          """, list.arguments),
        Statement(
          """
          SELECT execution_id, step, node, state, started_at, updated_at, ended_at, exit_code, reason,
            data, halt FROM step_state
          WHERE execution_id IN (\(list.marks))
          """, list.arguments),
        Statement(
          """
          SELECT \(AssignmentRecord.columns) FROM assignment WHERE execution_id IN (\(list.marks))
          ORDER BY id
          """, list.arguments),
        Statement(
          """
          SELECT \(NestedWorkflowRecord.columns) FROM nested_workflow
          WHERE execution_id IN (\(list.marks))
          """, list.arguments),
      ])
      for row in answers[0].rows {
        found[ExecutionID(try row.int("id"))] = Result { () throws(StoreError) in
          StoredExecution(
            record: try ExecutionRecord(row: row), states: [], assignments: [],
            reachedLogLimit: try ReachedLogLimit(optional: row),
            toldLogLimits: try ReachedLogLimit.told(row))
        }
      }
      try Self.add(answers[1].rows, to: &found) { (stored, row) throws(StoreError) in
        var state = try StepStateRecord(row: row)
        state.data = try row.optionalText("data")
        state.halt = try row.optionalText("halt")
        stored.states.append(state)
      }
      try Self.add(answers[2].rows, to: &found) { (stored, row) throws(StoreError) in
        stored.assignments.append(try AssignmentRecord(row: row))
      }
      try Self.add(answers[3].rows, to: &found) { (stored, row) throws(StoreError) in
        stored.nested.append(try NestedWorkflowRecord(row: row))
      }
    }
    return found
  }

  /// Adds rows with `execution_id` to their executions.
  private static func add(
    _ rows: [Row], to found: inout [ExecutionID: Result<StoredExecution, StoreError>],
    _ decode: (inout StoredExecution, Row) throws(StoreError) -> Void
  ) throws(StoreError) {
    for row in rows {
      let id = ExecutionID(try row.int("execution_id"))
      guard case .success(var stored)? = found[id] else { continue }
      // It is taken out, so that its list grows in its place.
      found[id] = nil
      do throws(StoreError) {
        try decode(&stored, row)
        found[id] = .success(stored)
      } catch {
        found[id] = .failure(error)
      }
    }
  }
}
