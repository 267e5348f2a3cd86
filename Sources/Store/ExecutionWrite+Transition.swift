import Database
public import Model

extension ExecutionWrite {
  /// Locks the execution's row until the commit and answers 0 rows when the owner is another one by
  /// now. Put before the other writes of an execution: then all of them take effect or none.
  public static func lock(_ owner: Ownership) -> ExecutionWrite {
    ExecutionWrite(
      "SELECT e.id FROM execution AS e WHERE \(Ownership.condition)", owner.arguments,
      locksRows: true)
  }

  /// Stores where a step on a node stands. What it captured, and how it
  /// halted its workflow, stay when the state says nothing of them.
  public static func put(_ state: StepStateRecord, by owner: Ownership) -> ExecutionWrite {
    ExecutionWrite(
      """
      INSERT INTO step_state (
        execution_id, step, node, state, started_at, updated_at, ended_at, exit_code, reason, data,
        halt)
      SELECT e.id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 FROM execution AS e
      WHERE \(Ownership.condition)
      ON CONFLICT (execution_id, step, node) DO UPDATE SET
        state = excluded.state, started_at = excluded.started_at,
        updated_at = excluded.updated_at, ended_at = excluded.ended_at,
        exit_code = excluded.exit_code, reason = excluded.reason,
        data = COALESCE(excluded.data, step_state.data),
        halt = COALESCE(excluded.halt, step_state.halt)
      """,
      owner.arguments + [
        .text(state.key.step), .text(state.key.node), .text(state.state.rawValue),
        .instant(state.startedAt), .instant(state.updatedAt), .instant(state.endedAt),
        .integer(state.exitCode.map { Int64($0) }), .text(state.reason), .text(state.data),
        .text(state.halt),
      ])
  }

  /// Inserts an assignment, `assigned`, with the execution's epoch; nothing for an execution that is not
  /// running.
  public static func assign(_ draft: AssignmentDraft, by owner: Ownership) -> ExecutionWrite {
    ExecutionWrite(
      """
      INSERT INTO assignment (
        id, execution_id, step, node, attempt, agent_id, epoch, state, specification, created_at)
      SELECT $5, e.id, $6, $7, $8, $9, e.epoch, 'assigned', $10, $11 FROM execution AS e
      WHERE \(Ownership.condition) AND e.status = 'running'
      ON CONFLICT (id) DO NOTHING
      """,
      owner.arguments + [
        .integer(draft.id.number), .text(draft.key.step), .text(draft.key.node),
        .integer(Int64(draft.attempt)), .text(draft.agent.text), .blob(draft.specification),
        .instant(draft.createdAt),
      ])
  }

  /// Ends an assignment that no agent has reported on. Answers 0 rows when one has.
  public static func withdraw(
    _ assignment: AssignmentID, outcome: AssignmentOutcome, at instant: Instant,
    by owner: Ownership
  ) throws(StoreError) -> ExecutionWrite {
    ExecutionWrite(
      """
      UPDATE assignment SET state = 'ended', outcome = $6, ended_at = $7
      WHERE id = $5 AND execution_id = $1 AND state = 'assigned' AND spool_offset = 0
        AND EXISTS (SELECT 1 FROM execution AS e WHERE \(Ownership.condition))
      """,
      owner.arguments + [
        .integer(assignment.number),
        .text(try StoredJSON.encode(outcome, column: "assignment.outcome")), .instant(instant),
      ])
  }

  /// Notes who asked for the execution's end, once.
  public static func requestAbort(
    by user: String, at instant: Instant, of owner: Ownership
  ) -> ExecutionWrite {
    ExecutionWrite(
      """
      UPDATE execution AS e SET abort_requested_at = COALESCE(e.abort_requested_at, $5),
        abort_requested_by = COALESCE(e.abort_requested_by, $6)
      WHERE \(Ownership.condition)
      """,
      owner.arguments + [.instant(instant), .text(user)])
  }

  /// Notes that all open assignments of the execution are to be killed, once.
  public static func requestKills(at instant: Instant, by owner: Ownership) -> ExecutionWrite {
    ExecutionWrite(
      """
      UPDATE assignment SET kill_requested_at = COALESCE(kill_requested_at, $5)
      WHERE execution_id = $1 AND state <> 'ended'
        AND EXISTS (SELECT 1 FROM execution AS e WHERE \(Ownership.condition))
      """,
      owner.arguments + [.instant(instant)])
  }

  /// Ends the execution. The owner stays in the row: it is who carried it. Answers 0 rows when it is not
  /// that owner's any more, or has ended otherwise; the same write may be repeated. `next` is its next try, which
  /// is inserted behind it.
  public static func end(
    _ status: ExecutionStatus, customStatus: String? = nil, reason: String?, at instant: Instant,
    retriedAs next: ExecutionID? = nil, by owner: Ownership
  ) -> ExecutionWrite {
    ExecutionWrite(
      """
      UPDATE execution AS e SET status = $5, end_reason = $6, ended_at = $7, custom_status = $8,
        retried_as = CAST($9 AS BIGINT)
      WHERE \(Ownership.condition)
        AND (e.status IN ('queued', 'scheduled', 'running') OR (e.status = $5 AND e.ended_at = $7))
      """,
      owner.arguments + [
        .text(status.rawValue), .text(reason), .instant(instant), .text(customStatus),
        .integer(next?.number),
      ])
  }

  /// Takes over an execution that `owner` had: the new term and the next epoch; `raiseEpoch` belongs behind it.
  /// Answers 0 rows when it is not that owner's any more or has ended, or the new term has.
  public static func adopt(from owner: Ownership, by term: Term) -> ExecutionWrite {
    ExecutionWrite(owner.arguments + term.arguments, inNameOf: term) { _ in
      """
      UPDATE execution AS e SET owner_member = $5, owner_incarnation = $6, epoch = e.epoch + 1
      WHERE \(Ownership.condition) AND e.status IN ('queued', 'scheduled', 'running')
        AND \(Term.condition("$5", "$6"))
      """
    }
  }

  /// Gives the open assignments of an adopted execution its epoch, so that agents follow the new owner
  /// only.
  public static func raiseEpoch(by owner: Ownership) -> ExecutionWrite {
    ExecutionWrite(
      """
      UPDATE assignment SET epoch = $4
      WHERE execution_id = $1 AND state <> 'ended'
        AND EXISTS (SELECT 1 FROM execution AS e WHERE \(Ownership.condition))
      """,
      owner.arguments)
  }
}
