import Database
public import Model

extension StoreScope {
  /// Questions about where steps stand.
  public var stepStates: StepStateStore { StepStateStore(scope: self) }
}

/// The states of steps on nodes.
///
/// A row appears with a step's first transition. What has no row is WAITING while the execution goes on
/// and NOT_STARTED once it has ended; `table` fills these in from the plan.
public struct StepStateStore: Sendable {
  let scope: StoreScope

  /// The stored rows of an execution, in no particular order.
  public func rows(of id: ExecutionID) async throws(StoreError) -> [StepStateRecord] {
    try await scope.all(
      """
      SELECT step, node, state, started_at, updated_at, ended_at, exit_code, reason FROM step_state
      WHERE execution_id = $1
      """,
      [.integer(id.number)], as: StepStateRecord.init(row:))
  }

  /// The state of every step of the plan on every node, steps in their order and within a step the
  /// nodes in theirs. Empty when the execution has no plan.
  public func table(of execution: ExecutionRecord) async throws(StoreError) -> [StepStateRecord] {
    guard let plan = try execution.plan() else { return [] }
    return execution.stepStates(plan: plan, rows: try await rows(of: execution.id))
  }
}

extension ExecutionRecord {
  /// Fills in what has no row.
  public func stepStates(plan: ExecutionPlan, rows: [StepStateRecord]) -> [StepStateRecord] {
    let stored = Dictionary(rows.map { ($0.key, $0) }) { _, last in last }
    let absent: StepState = status.isFinal ? .notStarted : .waiting
    return plan.steps.flatMap { step in
      plan.nodes.map { node in
        let key = StepKey(step: step.step, node: node.name)
        return stored[key]
          ?? StepStateRecord(key: key, state: absent, updatedAt: endedAt ?? createdAt)
      }
    }
  }
}
