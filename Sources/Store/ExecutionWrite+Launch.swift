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
  /// its `decider`) has ended, when its project is gone, when it is exclusive and another execution of its
  /// job is queued or running, when it is a fire and the ledger does not name it, or when it is there
  /// already (a repeated commit).
  public static func insert(_ draft: ExecutionDraft) throws(StoreError) -> ExecutionWrite {
    ExecutionWrite(try draft.arguments(), inNameOf: draft.owner ?? draft.decider) { _ in insertSQL }
  }

  private static let insertSQL = """
    INSERT INTO execution (
      id, project, job_id, job_name, job_group, definition, status, username, arg_string, options,
      sealed_options, node_filter, log_level, plan, server_node, owner_member, owner_incarnation, epoch,
      created_at, started_at, ended_at, end_reason, due_at, decision, chosen_member, choice, chosen_at, log_limit)
    SELECT CAST($1 AS BIGINT), p.name, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
      $17, $18, $19, $20, $21, $22, $28, $29, $30, $31, $32, $33
    FROM project AS p
    WHERE p.name = $2
      AND (CAST($25 AS TEXT) IS NULL OR \(Term.condition("$25", "$26")))
      AND (CAST($23 AS BIGINT) = 0 OR NOT EXISTS (
        SELECT 1 FROM execution AS o
        WHERE o.job_id = $24 AND o.id <> CAST($1 AS BIGINT) AND o.status IN ('queued', 'running')))
      AND (CAST($27 AS BIGINT) = 0 OR EXISTS (
        SELECT 1 FROM fire AS f
        WHERE f.job_id = $24 AND f.due_at = $28 AND f.execution_id = CAST($1 AS BIGINT)))
    ON CONFLICT (id) DO NOTHING
    """
}

extension ExecutionDraft {
  fileprivate func arguments() throws(StoreError) -> [DatabaseValue] {
    let options = try StoredJSON.encode(options, column: "execution.options")
    let speaker = owner ?? decider
    return [
      .integer(id.number), .text(project), .text(jobID?.text), .text(jobName), .text(jobGroup),
      .text(definition), .text(status.rawValue), .text(user), .text(argString), .text(options),
      .blob(sealedOptions), .text(nodeFilter), .text(logLevel), .text(try planText()),
      .text(serverNode), .text(owner?.member.text), .integer(owner?.incarnation),
      .integer(epoch.number), .instant(createdAt), .instant(startedAt), .instant(endedAt),
      .text(endReason), .flag(isExclusive), .text(jobID?.text), .text(speaker?.member.text),
      .integer(speaker?.incarnation), .flag(isFire), .instant(dueAt), .text(try decisionText()),
      .text(chosenMember?.text), .integer(choice), .instant(chosenAt), .text(logLimit?.stored),
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
      definition: definition, status: status, user: user, argString: argString, options: options,
      sealedOptions: sealedOptions, nodeFilter: nodeFilter, logLevel: logLevel,
      planText: try planText(), serverNode: serverNode, owner: owner, epoch: epoch,
      createdAt: createdAt, startedAt: startedAt, endedAt: endedAt, endReason: endReason,
      dueAt: dueAt, decisionText: try decisionText(), chosenMember: chosenMember, choice: choice,
      chosenAt: chosenAt)
  }
}
