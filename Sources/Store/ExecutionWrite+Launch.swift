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

  /// Inserts an execution. Answers 0 rows when its project is gone, when it is exclusive and another
  /// execution of its job is queued or running, or when it is there already (a repeated commit).
  public static func insert(_ draft: ExecutionDraft) throws(StoreError) -> ExecutionWrite {
    ExecutionWrite(insertSQL, try draft.arguments())
  }

  private static let insertSQL = """
    INSERT INTO execution (
      id, project, job_id, job_name, job_group, definition, status, username, arg_string, options,
      sealed_options, node_filter, log_level, plan, server_node, owner_member, owner_incarnation, epoch,
      created_at, started_at, ended_at, end_reason)
    SELECT CAST($1 AS BIGINT), p.name, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
      $17, $18, $19, $20, $21, $22
    FROM project AS p
    WHERE p.name = $2
      AND (CAST($23 AS BIGINT) = 0 OR NOT EXISTS (
        SELECT 1 FROM execution AS o
        WHERE o.job_id = $24 AND o.id <> CAST($1 AS BIGINT) AND o.status IN ('queued', 'running')))
    ON CONFLICT (id) DO NOTHING
    """
}

extension ExecutionDraft {
  fileprivate func arguments() throws(StoreError) -> [DatabaseValue] {
    let options = try StoredJSON.encode(options, column: "execution.options")
    var planText: String?
    if let plan { planText = try StoredJSON.encode(plan, column: "execution.plan") }
    return [
      .integer(id.number), .text(project), .text(jobID?.text), .text(jobName), .text(jobGroup),
      .text(definition), .text(status.rawValue), .text(user), .text(argString), .text(options),
      .blob(sealedOptions), .text(nodeFilter), .text(logLevel), .text(planText), .text(serverNode),
      .text(owner?.member.text), .integer(owner?.incarnation), .integer(epoch.number),
      .instant(createdAt), .instant(startedAt), .instant(endedAt), .text(endReason),
      .flag(isExclusive), .text(jobID?.text),
    ]
  }

  /// The record that the row decodes to once it is inserted.
  public func record() throws(StoreError) -> ExecutionRecord {
    var planText: String?
    if let plan { planText = try StoredJSON.encode(plan, column: "execution.plan") }
    return ExecutionRecord(
      id: id, project: project, jobID: jobID, jobName: jobName, jobGroup: jobGroup,
      definition: definition, status: status, user: user, argString: argString, options: options,
      sealedOptions: sealedOptions, nodeFilter: nodeFilter, logLevel: logLevel, planText: planText,
      serverNode: serverNode, owner: owner, epoch: epoch, createdAt: createdAt,
      startedAt: startedAt, endedAt: endedAt, endReason: endReason)
  }
}
