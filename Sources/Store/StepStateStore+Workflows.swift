import Database
public import Model

/// Where the steps of an execution stand, with the plans of the workflows that carry some of them out.
public struct WorkflowStates: Sendable {
  /// The stored rows by step and node.
  public let rows: [StepKey: StepStateRecord]
  /// The workflows within the execution's own, by the cell that they carry out.
  public let nested: [StepKey: ExecutionPlan]

  public init(rows: [StepStateRecord], nested: [StepKey: ExecutionPlan]) {
    self.rows = Dictionary(rows.map { ($0.key, $0) }) { _, last in last }
    self.nested = nested
  }
}

extension StepStateStore {
  /// All that is stored of where the execution's steps stand, in one round trip.
  public func workflows(of id: ExecutionID) async throws(StoreError) -> WorkflowStates {
    let answers = try await scope.batch([
      Statement(
        """
        SELECT step, node, state, started_at, updated_at, ended_at, exit_code, reason
        FROM step_state WHERE execution_id = $1
        """, [.integer(id.number)]),
      Statement(
        "SELECT step, node, plan FROM nested_workflow WHERE execution_id = $1",
        [.integer(id.number)]),
    ])
    var rows: [StepStateRecord] = []
    for row in answers[0].rows { rows.append(try StepStateRecord(row: row)) }
    var nested: [StepKey: ExecutionPlan] = [:]
    for row in answers[1].rows {
      nested[StepKey(step: try row.text("step"), node: try row.text("node"))] =
        try StoredJSON.decode(try row.text("plan"), column: "nested_workflow.plan")
    }
    return WorkflowStates(rows: rows, nested: nested)
  }
}
