import Database
public import Model

extension ExecutionWrite {
  /// Locks an assignment's row until the commit, so that its changes keep the order of all writers.
  public static func lock(_ assignment: AssignmentID) -> ExecutionWrite {
    ExecutionWrite(
      "SELECT id FROM assignment WHERE id = $1", [.integer(assignment.number)], locksRows: true)
  }

  /// Ends an assignment whose agent will not tell how it ended. Answers 0 rows when it has.
  public static func lose(
    _ assignment: AssignmentID, outcome: AssignmentOutcome, at instant: Instant,
    by owner: Ownership
  ) throws(StoreError) -> ExecutionWrite {
    ExecutionWrite(
      """
      UPDATE assignment SET state = 'ended', outcome = $6, ended_at = $7
      WHERE id = $5 AND execution_id = $1 AND state <> 'ended'
        AND EXISTS (SELECT 1 FROM execution AS e WHERE \(Ownership.condition))
      """,
      owner.arguments + [
        .integer(assignment.number),
        .text(try StoredJSON.encode(outcome, column: "assignment.outcome")), .instant(instant),
      ])
  }

  /// Closes the states of steps that nobody follows any more: what ran is ABORTED, what waited is
  /// NOT_STARTED, both with the reason.
  public static func closeStates(
    reason: String, at instant: Instant, by owner: Ownership
  ) -> ExecutionWrite {
    ExecutionWrite(
      """
      UPDATE step_state SET
        state = CASE WHEN state = 'WAITING' THEN 'NOT_STARTED' ELSE 'ABORTED' END,
        updated_at = $5, ended_at = $5, reason = $6
      WHERE execution_id = $1 AND state IN ('WAITING', 'RUNNING', 'RUNNING_HANDLER')
        AND EXISTS (SELECT 1 FROM execution AS e WHERE \(Ownership.condition))
      """,
      owner.arguments + [.instant(instant), .text(reason)])
  }
}
