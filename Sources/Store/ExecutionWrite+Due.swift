import Database
public import Model

extension ExecutionWrite {
  /// Begins an execution that was launched for a later time: it is planned and runs from `instant` on.
  /// `decision` is kept when a policy decided that its owner carries it. Answers 0 rows when it is not that owner's any more or does not wait, or when another execution of
  /// `exclusiveJob`, whose row is locked then, is queued or running.
  public static func begin(
    _ plan: ExecutionPlan, serverNode: String, at instant: Instant, exclusiveJob: JobID?,
    decision: RemoteExecutionDecision? = nil, by owner: Ownership
  ) throws(StoreError) -> ExecutionWrite {
    var kept: String?
    if let decision { kept = try StoredJSON.encode(decision, column: "execution.decision") }
    return ExecutionWrite(
      """
      UPDATE execution AS e SET status = 'running', plan = $5, server_node = $6, started_at = $7,
        decision = COALESCE($9, e.decision)
      WHERE \(Ownership.condition) AND e.status = 'scheduled' AND \(isAlone("$8"))
      """,
      owner.arguments + [
        .text(try StoredJSON.encode(plan, column: "execution.plan")), .text(serverNode),
        .instant(instant), .text(exclusiveJob?.text), .text(kept),
      ])
  }

  /// The condition over table `execution AS e` that no other execution of the job is queued or running.
  static func isAlone(_ job: String) -> String {
    """
    (CAST(\(job) AS TEXT) IS NULL OR NOT EXISTS (
      SELECT 1 FROM execution AS o
      WHERE o.job_id = \(job) AND o.id <> e.id AND o.status IN ('queued', 'running')))
    """
  }
}
