import Database
public import Model

extension ExecutionWrite {
  /// Begins an execution that was launched for a later time: it is planned and runs from `instant` on.
  /// Answers 0 rows when it is not that owner's any more or does not wait, or when another execution of
  /// `exclusiveJob`, whose row is locked then, is queued or running.
  public static func begin(
    _ plan: ExecutionPlan, serverNode: String, at instant: Instant, exclusiveJob: JobID?,
    by owner: Ownership
  ) throws(StoreError) -> ExecutionWrite {
    ExecutionWrite(
      """
      UPDATE execution AS e SET status = 'running', plan = $5, server_node = $6, started_at = $7
      WHERE \(Ownership.condition) AND e.status = 'scheduled'
        AND (CAST($8 AS TEXT) IS NULL OR NOT EXISTS (
          SELECT 1 FROM execution AS o
          WHERE o.job_id = $8 AND o.id <> $1 AND o.status IN ('queued', 'running')))
      """,
      owner.arguments + [
        .text(try StoredJSON.encode(plan, column: "execution.plan")), .text(serverNode),
        .instant(instant), .text(exclusiveJob?.text),
      ])
  }
}
