import Database
public import Model

/// Whether an execution may run a job as a reference.
public enum JobHold: Sendable, Hashable {
  /// It takes room of the job until it is released, or until the execution ends.
  case held
  /// As many executions of the job go on as may; the oldest of them.
  case full(ExecutionID?)
  /// The execution is somebody else's by now.
  case lost
}

extension Store {
  /// Takes room of a referenced job for a cell of an execution, in a transaction of its own, so that references,
  /// schedules and requests count as one on all members. Several references of one execution take the room of one.
  ///
  /// It may be repeated: what is held is held. Until the workflow is entered for which it was taken, it counts in the
  /// epoch only in which it was taken: who takes the execution up afterwards takes room anew, or does without.
  public func hold(
    _ room: JobRoom, at key: StepKey, for owner: Ownership
  ) async throws(StoreError) -> JobHold {
    let answers = try await commit([
      .lock(job: room.job), .lock(owner), .hold(room, at: key, for: owner),
    ])
    guard answers[1].rows == 1 else { return .lost }
    if answers[2].rows == 1 { return .held }
    return .full(try await ask.executions.running(of: room.job))
  }
}

extension ExecutionWrite {
  fileprivate static func hold(
    _ room: JobRoom, at key: StepKey, for owner: Ownership
  ) -> ExecutionWrite {
    ExecutionWrite(
      """
      INSERT INTO job_hold (job_id, execution_id, step, node, epoch)
      SELECT $5, e.id, $6, $7, e.epoch FROM execution AS e
      WHERE \(Ownership.condition) AND \(JobRoomSQL.used("$5", but: "e.id")) < CAST($8 AS BIGINT)
      ON CONFLICT (job_id, execution_id, step, node) DO UPDATE SET epoch = excluded.epoch
      """,
      owner.arguments + [
        .text(room.job.text), .text(key.step), .text(key.node), .integer(room.limit),
      ])
  }

  /// Gives back the room that a cell's reference took.
  public static func release(
    _ job: JobID, at key: StepKey, by owner: Ownership
  ) -> ExecutionWrite {
    ExecutionWrite(
      """
      DELETE FROM job_hold WHERE execution_id = $1 AND job_id = $5 AND step = $6 AND node = $7
        AND EXISTS (SELECT 1 FROM execution AS e WHERE \(Ownership.condition))
      """, owner.arguments + [.text(job.text), .text(key.step), .text(key.node)])
  }
}
