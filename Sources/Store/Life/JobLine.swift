import Database
public import Model

/// The executions of a job that wait for their turn, as whoever lets the next one in has to know them.
public struct JobLine: Sendable, Hashable {
  public let job: JobID
  public let project: String
  /// The one that waits longest.
  public let first: ExecutionID
  /// Whether it has values of secure options.
  public let isSecret: Bool
  /// The newest one that replaces what goes on.
  public let replacement: ExecutionID?
  /// How many executions of the job go on, and how many may.
  public let goingOn: Int64
  public let limit: Int64
  /// What keeps every run of the job from beginning.
  public let obstacle: Obstacle?

  public enum Obstacle: Sendable, Hashable {
    case jobGone
    case executionDisabled
    case projectDisabled
  }

  /// Whether the next one may begin.
  public var hasRoom: Bool { goingOn < limit }
}

extension ExecutionStore {
  /// The lines of jobs that nothing needs to be done for are left out: those where as many executions go on as may and
  /// nothing is to be replaced. At most `limit` jobs behind `last`, by their identifiers; of one job alone if it is
  /// named.
  public func lines(
    of job: JobID? = nil, after last: JobID? = nil, limit: Int = 64
  ) async throws(StoreError) -> [JobLine] {
    try await scope.all(
      """
      SELECT line.job_id AS job_id, e.id AS first,
        (SELECT r.id FROM execution AS r
          WHERE r.job_id = line.job_id AND \(JobRoomSQL.isInLine("r"))
            AND r.waits_for = 'replacement'
          ORDER BY r.chosen_at DESC, r.id DESC LIMIT 1) AS replacement,
        e.project AS project, COALESCE(e.run_limit, 1) AS run_limit,
        CASE WHEN e.sealed_options IS NULL THEN 0 ELSE 1 END AS secret,
        \(JobRoomSQL.used("line.job_id", but: "0")) AS going_on,
        CASE WHEN j.id IS NULL THEN 1 ELSE 0 END AS gone, COALESCE(j.execution_enabled, 1) AS enabled,
        (SELECT s.value FROM project_setting AS s
          WHERE s.project = e.project AND s.name = 'project.disable.executions') AS disabled
      FROM (
        SELECT DISTINCT w.job_id AS job_id FROM execution AS w
        WHERE \(JobRoomSQL.isInLine("w")) AND w.job_id > $1
          AND (CAST($2 AS TEXT) IS NULL OR w.job_id = $2)) AS line
      JOIN execution AS e ON e.id = \(JobRoomSQL.first(of: "line.job_id"))
      LEFT JOIN job AS j ON j.id = line.job_id
      ORDER BY line.job_id LIMIT $3
      """, [.text(last?.text ?? ""), .text(job?.text), .integer(Int64(limit))],
      as: JobLine.init(row:))
  }

  /// The executions that take room of a job and were asked to end, oldest first.
  public func ending(of job: JobID) async throws(StoreError) -> [ExecutionID] {
    try await scope.all(
      """
      SELECT e.id AS id FROM execution AS e
      WHERE e.job_id = $1 AND \(JobRoomSQL.goesOn("e")) AND e.abort_requested_at IS NOT NULL
      ORDER BY e.id
      """, [.text(job.text)]
    ) { (row: Row) throws(StoreError) in ExecutionID(try row.int("id")) }
  }
}

extension ExecutionWrite {
  /// Lets the execution of a job that waits longest take the room that there is: it is queued for `member`, by
  /// `decision`; for nil until somebody chooses. Put it behind `lock(job:)`. The answer's number is the execution's; 0
  /// rows when there is no room, when nobody waits, or when the term has ended.
  public static func admit(
    firstOf job: JobID, to member: MemberID?, decision: RemoteExecutionDecision, by term: Term
  ) throws(StoreError) -> ExecutionWrite {
    let arguments: [DatabaseValue] = [
      .text(job.text), .text(member?.text),
      .text(try StoredJSON.encode(decision, column: "execution.decision")),
    ]
    return ExecutionWrite(arguments + term.arguments, inNameOf: term) { dialect in
      """
      UPDATE execution SET waits_for = NULL, chosen_member = $2, choice = choice + 1, decision = $3,
        chosen_at = \(dialect.now)
      WHERE id = \(JobRoomSQL.first(of: "$1"))
        AND waits_for IS NOT NULL
        AND \(JobRoomSQL.used("$1", but: "0")) < COALESCE(run_limit, 1)
        AND \(Term.condition("$4", "$5"))
      RETURNING id
      """
    }
  }

  /// Ends the executions of a job that wait and are older than the one which replaces them. Put it behind `lock(job:)`.
  public static func supersede(
    before replacement: ExecutionID, of job: JobID, reason: String, at instant: Instant,
    by term: Term
  ) -> ExecutionWrite {
    let arguments: [DatabaseValue] = [
      .text(job.text), .integer(replacement.number), .text(reason), .instant(instant),
    ]
    return ExecutionWrite(arguments + term.arguments, inNameOf: term) { _ in
      """
      UPDATE execution SET status = 'aborted', end_reason = $3, ended_at = $4, waits_for = NULL,
        abort_requested_at = COALESCE(abort_requested_at, $4),
        abort_requested_by = COALESCE(abort_requested_by, (
          SELECT n.username FROM execution AS n WHERE n.id = $2))
      WHERE job_id = $1 AND status = 'queued' AND waits_for IS NOT NULL AND id <> $2
        AND chosen_at <= (SELECT n.chosen_at FROM execution AS n WHERE n.id = $2)
        AND \(Term.condition("$5", "$6"))
      """
    }
  }

  /// Asks those executions of a job to end that are in the way of the one which replaces them: all but the newest that
  /// leave room for it. Put it behind `lock(job:)`.
  public static func requestAborts(
    for replacement: ExecutionID, of job: JobID, at instant: Instant, by term: Term
  ) -> ExecutionWrite {
    let arguments: [DatabaseValue] = [
      .text(job.text), .integer(replacement.number), .instant(instant),
    ]
    return ExecutionWrite(arguments + term.arguments, inNameOf: term) { _ in
      """
      UPDATE execution SET abort_requested_at = $3, abort_requested_by = (
          SELECT n.username FROM execution AS n WHERE n.id = $2)
      WHERE job_id = $1 AND status IN ('queued', 'running') AND waits_for IS NULL
        AND abort_requested_at IS NULL
        AND (SELECT COUNT(*) FROM execution AS y
            WHERE y.job_id = $1 AND \(JobRoomSQL.goesOn("y")) AND (y.created_at > execution.created_at
              OR (y.created_at = execution.created_at AND y.id > execution.id)))
          >= (SELECT COALESCE(n.run_limit, 1) FROM execution AS n WHERE n.id = $2) - 1
        AND EXISTS (SELECT 1 FROM execution AS n WHERE n.id = $2 AND \(JobRoomSQL.isInLine("n")))
        AND \(Term.condition("$4", "$5"))
      """
    }
  }
}

extension JobLine {
  fileprivate init(row: Row) throws(StoreError) {
    job = JobID(try row.text("job_id"))
    project = try row.text("project")
    first = ExecutionID(try row.int("first"))
    isSecret = try row.bool("secret")
    replacement = try row.optionalInt("replacement").map { ExecutionID($0) }
    goingOn = try row.int("going_on")
    limit = try row.int("run_limit")
    obstacle =
      if try row.bool("gone") {
        .jobGone
      } else if try !row.bool("enabled") {
        .executionDisabled
      } else if try row.optionalText("disabled") == "true" {
        .projectDisabled
      } else {
        nil
      }
  }
}
