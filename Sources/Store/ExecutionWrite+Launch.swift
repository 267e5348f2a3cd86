import Database
public import Model

extension ExecutionWrite {
  /// A sequence of numbers that are given out in blocks, so that a launch knows its rows' numbers before
  /// it writes them and needs one round trip only.
  public enum Numbers: String, Sendable, Hashable {
    case executions = "numbers.execution"
    case assignments = "numbers.assignment"
  }

  /// Takes the next `count` numbers; the answer's `number` is the last of them.
  ///
  /// Numbers that are taken and never used leave a gap, as a database sequence does after a restart.
  public static func take(_ count: Int, of numbers: Numbers) -> ExecutionWrite {
    ExecutionWrite(
      """
      INSERT INTO cluster_setting (name, value) VALUES ($1, $2)
      ON CONFLICT (name) DO UPDATE
      SET value = CAST(CAST(cluster_setting.value AS BIGINT) + CAST($3 AS BIGINT) AS TEXT)
      RETURNING CAST(value AS BIGINT) AS last
      """,
      [.text(numbers.rawValue), .text(String(count)), .integer(Int64(count))])
  }

  /// Locks a job's row until the commit, so that concurrent launches of it on all members queue up and
  /// each sees what the one before it inserted. Answers 0 rows when there is no such job.
  public static func lock(job: JobID) -> ExecutionWrite {
    ExecutionWrite("SELECT 1 FROM job WHERE id = $1", [.text(job.text)], locksRows: true)
  }

  /// Inserts an execution. Answers 0 rows when the term in whose name it is launched (the draft's `owner`, or
  /// its `decider`) has ended, when its project is gone or is being deleted, when its job has not the room that
  /// `admission` asks for (nil: what the draft says), when it is a fire and the ledger does not name it, when it is a
  /// retry and the execution before it does not name it, or when it is there already (a repeated commit).
  public static func insert(
    _ draft: ExecutionDraft, _ admission: JobAdmission? = nil
  ) throws(StoreError) -> ExecutionWrite {
    let admission = admission ?? draft.admission
    return ExecutionWrite(
      try draft.arguments(admission), inNameOf: draft.owner ?? draft.decider
    ) { dialect in insertSQL(dialect.now) }
  }

  private static func insertSQL(_ now: String) -> String {
    """
    INSERT INTO execution (
      id, project, job_id, job_name, job_group, definition, status, username, arg_string, options,
      sealed_options, node_filter, log_level, plan, server_node, owner_member, owner_incarnation, epoch,
      created_at, started_at, ended_at, end_reason, due_at, decision, chosen_member, choice, chosen_at, log_limit,
      run_limit, retry_attempt, retry_previous, retry_original, waits_for, custom_status)
    SELECT CAST($1 AS BIGINT), p.name, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
      $17, $18, $19, $20, $21, $22, $28, $29, $30, $31,
      CASE WHEN CAST($40 AS TEXT) IS NULL THEN CAST($32 AS BIGINT) ELSE \(now) END,
      $33, $34, $37, $38, $39, $40, $41
    FROM project AS p
    WHERE p.name = $2 AND \(ProjectStore.mayLaunch("p", now))
      AND (CAST($25 AS TEXT) IS NULL OR \(Term.condition("$25", "$26")))
      AND (CAST($23 AS BIGINT) = 0 OR CAST($23 AS BIGINT) = CASE
        WHEN \(JobRoomSQL.isFree("$24", "$34", "$35", for: "CAST($1 AS BIGINT)")) THEN 1 ELSE 2 END)
      AND (CAST($36 AS BIGINT) IS NULL OR \(JobRoomSQL.waiting("$24")) < CAST($36 AS BIGINT))
      AND (CAST($27 AS BIGINT) = 0 OR EXISTS (
        SELECT 1 FROM fire AS f
        WHERE f.job_id = $24 AND f.due_at = $28 AND f.execution_id = CAST($1 AS BIGINT)))
      AND (CAST($38 AS BIGINT) IS NULL OR EXISTS (
        SELECT 1 FROM execution AS r
        WHERE r.id = CAST($38 AS BIGINT) AND r.retried_as = CAST($1 AS BIGINT)))
    ON CONFLICT (id) DO NOTHING
    """
  }
}

extension ExecutionDraft {
  fileprivate func arguments(
    _ admission: JobAdmission
  ) throws(StoreError) -> [DatabaseValue] {
    let options = try StoredJSON.encode(options, column: "execution.options")
    let speaker = owner ?? decider
    return [
      .integer(id.number), .text(project), .text(jobID?.text), .text(jobName), .text(jobGroup),
      .text(definition), .text(status.rawValue), .text(user), .text(argString), .text(options),
      .blob(sealedOptions), .text(nodeFilter), .text(logLevel), .text(try planText()),
      .text(serverNode), .text(owner?.member.text), .integer(owner?.incarnation),
      .integer(epoch.number), .instant(createdAt), .instant(startedAt), .instant(endedAt),
      .text(endReason), .integer(admission.mode), .text(jobID?.text), .text(speaker?.member.text),
      .integer(speaker?.incarnation), .flag(isFire), .instant(dueAt), .text(try decisionText()),
      .text(chosenMember?.text), .integer(choice), .instant(chosenAt), .text(logLimit?.stored),
      .integer(runLimit), .flag(isInLine), .integer(admission.most),
      .integer(Int64(retry?.attempt ?? 0)), .integer(retry?.previous.number),
      .integer(retry?.original.number), .text(waitsFor?.rawValue), .text(customStatus),
    ]
  }

  private func planText() throws(StoreError) -> String? {
    guard let plan else { return nil }
    return try StoredJSON.encode(plan, column: "execution.plan")
  }

  private func decisionText() throws(StoreError) -> String? {
    guard let decision else { return nil }
    return try StoredJSON.encode(decision, column: "execution.decision")
  }

  /// The record that the row decodes to once it is inserted.
  public func record() throws(StoreError) -> ExecutionRecord {
    ExecutionRecord(
      id: id, project: project, jobID: jobID, jobName: jobName, jobGroup: jobGroup,
      definition: definition, status: status, customStatus: customStatus, user: user,
      argString: argString, options: options,
      sealedOptions: sealedOptions, nodeFilter: nodeFilter, logLevel: logLevel,
      planText: try planText(), serverNode: serverNode, owner: owner, epoch: epoch,
      createdAt: createdAt, startedAt: startedAt, endedAt: endedAt, endReason: endReason,
      dueAt: dueAt, decisionText: try decisionText(), chosenMember: chosenMember, choice: choice,
      chosenAt: chosenAt, retryAttempt: retry?.attempt ?? 0, retryPrevious: retry?.previous,
      retryOriginal: retry?.original, runLimit: runLimit, waitsFor: waitsFor)
  }
}

extension JobAdmission {
  fileprivate var mode: Int64 {
    switch self {
    case .always: 0
    case .whenFree: 1
    case .whenFull: 2
    }
  }

  /// How many may wait.
  fileprivate var most: Int64? { if case .whenFull(let most) = self { most } else { nil } }
}
