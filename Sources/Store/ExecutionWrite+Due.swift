import Database
public import Model

extension ExecutionWrite {
  /// Begins an execution that was launched for a later time: it is planned and runs from `instant` on.
  /// `decision` is kept when a policy decided that its owner carries it. Answers 0 rows when it is not that owner's
  /// any more or does not wait, or when `room`, whose job's row is locked then, is not there.
  public static func begin(
    _ plan: ExecutionPlan, serverNode: String, at instant: Instant, room: JobRoom?,
    decision: RemoteExecutionDecision? = nil, by owner: Ownership
  ) throws(StoreError) -> ExecutionWrite {
    var kept: String?
    if let decision { kept = try StoredJSON.encode(decision, column: "execution.decision") }
    return ExecutionWrite(
      """
      UPDATE execution AS e SET status = 'running', plan = $5, server_node = $6, started_at = $7,
        decision = COALESCE($11, e.decision), run_limit = CAST($9 AS BIGINT)
      WHERE \(Ownership.condition) AND e.status = 'scheduled'
        AND \(JobRoomSQL.isFreeIfAsked("$8", "$9", "$10", for: "e.id"))
      """,
      owner.arguments + [
        .text(try StoredJSON.encode(plan, column: "execution.plan")), .text(serverNode),
        .instant(instant), .text(room?.job.text), .integer(room?.limit),
        .flag(room?.isInLine ?? false), .text(kept),
      ])
  }

  /// Queues an execution that was launched for a later time behind others of its job: nobody owns it any more, and it
  /// is planned when its turn comes. Answers 0 rows when it is not that owner's any more or does not wait for its
  /// time, or when as many wait already.
  public static func line(
    up wait: ExecutionWait, in room: JobRoom, waitingBelow most: Int64, by owner: Ownership
  ) -> ExecutionWrite {
    ExecutionWrite(
      owner.arguments + [
        .text(wait.rawValue), .integer(room.limit), .text(room.job.text), .integer(most),
      ]
    ) { dialect in
      """
      UPDATE execution AS e SET status = 'queued', owner_member = NULL, owner_incarnation = NULL,
        chosen_member = NULL, chosen_at = \(dialect.now), waits_for = $5, run_limit = $6
      WHERE \(Ownership.condition) AND e.status = 'scheduled'
        AND \(JobRoomSQL.waiting("$7")) < CAST($8 AS BIGINT)
      """
    }
  }
}
