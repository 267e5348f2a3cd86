import Database
public import Model

extension ExecutionWrite {
  /// Writes outcomes into the ledger: a lock of the schedules, which belongs behind the locks of jobs, and one
  /// statement for each 512 rows, whose answer has the keys of those it wrote (`fires`). What it does not
  /// write is said at `FireStore.record`.
  ///
  /// For a run the order in a commit is: these with `ran(its number)`, then the executions' `insert` with
  /// `isFire`, which demands such a row, then `settleFires`.
  public static func fires(_ rows: [FireRow], by term: Term) -> [ExecutionWrite] {
    SQLJobList.lists(of: rows.map(\.job), from: 1).map(lock(schedules:))
      + rows.parts(of: ValueList.longest).map { insert($0, by: term) }
  }

  /// `fires` for one row.
  public static func fire(_ row: FireRow, by term: Term) -> [ExecutionWrite] {
    fires([row], by: term)
  }

  /// Makes the outcome of those of these runs whose execution was not inserted `skipped`: for `reason`, or
  /// `jobGone` when the project is. The answer has their keys (`fires`).
  public static func settleFires(
    _ rows: [FireRow], as reason: FireReason = .alreadyRunning, detail: String? = nil
  ) -> [ExecutionWrite] {
    let keyed = rows.compactMap { row -> [DatabaseValue]? in
      guard case .ran(let execution) = row.outcome else { return nil }
      return [.text(row.job.text), .instant(row.dueAt), .integer(execution.number)]
    }
    return keyed.parts(of: ValueList.longest).map { settle(Array($0), reason, detail) }
  }

  private static func settle(
    _ keyed: [[DatabaseValue]], _ reason: FireReason, _ detail: String?
  ) -> ExecutionWrite {
    var arguments = SQLArguments([.text(reason.rawValue), .text(detail)])
    let given = arguments.rows(keyed)
    return ExecutionWrite(arguments.values) { dialect in
      """
      WITH given (job_id, due_at, execution_id) AS (VALUES \(given))
      UPDATE fire SET outcome = 'skipped', execution_id = NULL, detail = $2,
        reason = CASE WHEN EXISTS (SELECT 1 FROM project AS p WHERE p.name = fire.project
          AND \(ProjectStore.mayLaunch("p", dialect.now))) THEN $1 ELSE 'jobGone' END
      FROM given
      WHERE fire.job_id = given.job_id AND fire.due_at = given.due_at
        AND fire.execution_id = given.execution_id
        AND NOT EXISTS (SELECT 1 FROM execution AS e WHERE e.id = given.execution_id)
      RETURNING fire.job_id AS job_id, fire.due_at AS due_at
      """
    }
  }

  private static func lock(schedules list: SQLJobList) -> ExecutionWrite {
    ExecutionWrite(list.arguments) { dialect in list.lock(dialect.forKeyShare, dialect).sql }
  }

  private static func insert(_ rows: ArraySlice<FireRow>, by term: Term) -> ExecutionWrite {
    var arguments = SQLArguments(term.arguments)
    let given = arguments.rows(rows.map(\.arguments))
    return ExecutionWrite(arguments.values, inNameOf: term) { dialect in
      """
      WITH given (job_id, due_at, version, outcome, reason, detail, execution_id) AS (VALUES \(given))
      INSERT INTO fire (job_id, due_at, project, outcome, reason, detail, execution_id, member,
        incarnation, settled_at)
      SELECT given.job_id, given.due_at, s.project, given.outcome, NULLIF(given.reason, ''),
        NULLIF(given.detail, ''), NULLIF(given.execution_id, 0), $1, CAST($2 AS BIGINT), \(dialect.now)
      FROM given
      JOIN schedule AS s ON s.job_id = given.job_id AND s.owner_member = $1
      JOIN schedule_version AS v ON v.job_id = given.job_id AND v.version = given.version
        AND v.valid_from < given.due_at AND (v.valid_until IS NULL OR given.due_at <= v.valid_until)
      WHERE \(Term.condition("$1", "$2"))
      ON CONFLICT (job_id, due_at) DO NOTHING
      RETURNING job_id, due_at
      """
    }
  }
}

extension FireRow {
  fileprivate var arguments: [DatabaseValue] {
    let columns = outcome.columns
    return [
      .text(job.text), .instant(dueAt), .integer(version), .text(columns.outcome),
      // A NULL among VALUES would have no type of its own.
      .text(columns.reason ?? ""), .text(detail ?? ""),
      .integer(columns.execution?.number ?? 0),
    ]
  }
}

extension FireKey {
  static func keys(of rows: [Row]) throws(StoreError) -> Set<FireKey> {
    var keys: Set<FireKey> = []
    for row in rows {
      keys.insert(FireKey(job: JobID(try row.text("job_id")), dueAt: try row.instant("due_at")))
    }
    return keys
  }
}
