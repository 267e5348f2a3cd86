import Database
public import Model

extension ExecutionWrite {
  /// Puts notifications of an execution into the outbox, each of them once for its event and place; nothing when the
  /// execution has another owner by now. `status` is the execution's at the event.
  public static func notify(
    _ drafts: [NotificationDraft], status: String, by owner: Ownership
  ) throws(StoreError) -> [ExecutionWrite] {
    var writes: [ExecutionWrite] = []
    for draft in drafts {
      let arguments = owner.arguments + (try draft.arguments()) + [.text(status)]
      writes.append(
        ExecutionWrite(arguments) { dialect in
          """
          INSERT INTO notification (execution_id, project, job_id, event, place, kind, receiver, fairness,
            content, status, state, created_at, due_at)
          SELECT e.id, e.project, e.job_id, $5, $6, $7, $8, $9, $10, $11, 'waiting', \(dialect.now),
            \(dialect.now)
          FROM execution AS e WHERE \(Ownership.condition)
          ON CONFLICT (execution_id, event, place) DO NOTHING
          """
        })
    }
    return writes
  }

  /// Notes that an execution ended whose definition the writer has not read: whoever delivers notifications finds out
  /// whom its job wants told. Put behind the write that ends it, it takes effect only with that one.
  public static func notifyUnplanned(of execution: ExecutionID) -> ExecutionWrite {
    notifyUnplanned("e.id = $1", [.integer(execution.number)])
  }

  /// The same for the executions of a job that `supersede` ended with that reason at that instant.
  public static func notifySuperseded(
    of job: JobID, reason: String, at instant: Instant
  ) -> ExecutionWrite {
    notifyUnplanned(
      "e.job_id = $1 AND e.end_reason = $2 AND e.ended_at = $3",
      [.text(job.text), .text(reason), .instant(instant)])
  }

  private static func notifyUnplanned(
    _ which: String, _ arguments: [DatabaseValue]
  ) -> ExecutionWrite {
    ExecutionWrite(arguments) { dialect in
      """
      INSERT INTO notification (execution_id, project, job_id, event, place, kind, receiver, fairness,
        content, status, state, created_at, due_at)
      SELECT e.id, e.project, e.job_id, 'failure', 'unplanned', 'unplanned', '', '', '{"settings":{}}',
        e.status, 'waiting', \(dialect.now), \(dialect.now)
      FROM execution AS e
      WHERE \(which) AND e.status IN ('failed', 'aborted', 'incomplete', 'timedout')
        AND e.definition LIKE '%"notification"%'
      ON CONFLICT (execution_id, event, place) DO NOTHING
      """
    }
  }

  /// Notes which of these instants a member missed, once for each job that has notifications. Nothing for those that
  /// the ledger has another outcome for: put it behind `fires`.
  static func notifyMissed(
    _ rows: some Collection<FireRow>, by term: Term
  ) throws(StoreError) -> ExecutionWrite? {
    var missed: [JobID: [Instant]] = [:]
    for row in rows {
      if case .missed = row.outcome { missed[row.job, default: []].append(row.dueAt) }
    }
    guard !missed.isEmpty else { return nil }
    var arguments = SQLArguments(term.arguments)
    let given = arguments.rows(
      try missed.sorted { $0.key.text < $1.key.text }.map { entry throws(StoreError) in
        try values(of: entry.key, missed: entry.value)
      })
    return ExecutionWrite(arguments.values) { dialect in
      """
      WITH listed (job_id, due_at, place, content) AS (VALUES \(given)),
        given AS (SELECT DISTINCT job_id, due_at, place, content FROM listed)
      INSERT INTO notification (execution_id, project, job_id, event, place, kind, receiver, fairness,
        content, status, state, created_at, due_at)
      SELECT NULL, j.project, j.id, 'failure', given.place, 'unplanned', '', '', given.content, 'missed',
        'waiting', \(dialect.now), \(dialect.now)
      FROM given JOIN job AS j ON j.id = given.job_id
      JOIN fire AS f ON f.job_id = given.job_id AND f.due_at = given.due_at
      WHERE j.definition LIKE '%"notification"%' AND f.outcome = 'missed' AND f.member = $1
        AND f.incarnation = $2 AND NOT EXISTS (
          SELECT 1 FROM notification AS n
          WHERE n.job_id = j.id AND n.execution_id IS NULL AND n.place LIKE given.place || '%')
      """
    }
  }

  private static func values(
    of job: JobID, missed: [Instant]
  ) throws(StoreError) -> [DatabaseValue] {
    let first = missed.min() ?? Instant(microseconds: 0)
    let last = missed.max() ?? first
    let content = NotificationContent(
      missed: .init(count: missed.count, first: first, last: last))
    return [
      .text(job.text), .instant(last),
      .text("missed-\(first.microseconds / 1_000_000)-\(last.microseconds / 1_000_000)"),
      .text(try StoredJSON.encode(content, column: "notification.content")),
    ]
  }
}

extension NotificationDraft {
  /// From the event to the content, in the order of the table's columns.
  func arguments() throws(StoreError) -> [DatabaseValue] {
    [
      .text(event), .text(place), .text(kind.rawValue), .text(receiver.withoutNUL),
      .text(fairness.withoutNUL),
      .text(try StoredJSON.encode(content, column: "notification.content")),
    ]
  }
}

extension String {
  /// No column takes U+0000.
  var withoutNUL: String {
    utf8.contains(0) ? String(unicodeScalars.filter { $0.value != 0 }.map(Character.init)) : self
  }
}
