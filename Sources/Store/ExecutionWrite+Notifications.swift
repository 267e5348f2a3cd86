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
    let arguments: [DatabaseValue] = [.integer(execution.number)]
    return ExecutionWrite(arguments) { dialect in
      """
      INSERT INTO notification (execution_id, project, job_id, event, place, kind, receiver, fairness,
        content, status, state, created_at, due_at)
      SELECT e.id, e.project, e.job_id, 'failure', 'unplanned', 'unplanned', '', '', '{"settings":{}}',
        e.status, 'waiting', \(dialect.now), \(dialect.now)
      FROM execution AS e
      WHERE e.id = $1 AND e.status IN ('failed', 'aborted', 'incomplete', 'timedout')
        AND e.definition LIKE '%"notification"%'
      ON CONFLICT (execution_id, event, place) DO NOTHING
      """
    }
  }

  /// Notes that due instants of jobs were missed, for those jobs that have notifications.
  static func notifyMissed(
    _ missed: NotificationContent.Missed, of job: JobID
  ) throws(StoreError) -> ExecutionWrite {
    let content = try StoredJSON.encode(
      NotificationContent(missed: missed), column: "notification.content")
    return ExecutionWrite([.text(content), .text(job.text)]) { dialect in
      """
      INSERT INTO notification (execution_id, project, job_id, event, place, kind, receiver, fairness,
        content, status, state, created_at, due_at)
      SELECT NULL, j.project, j.id, 'failure', 'unplanned', 'unplanned', '', '', $1, 'missed', 'waiting',
        \(dialect.now), \(dialect.now)
      FROM job AS j WHERE j.id = $2 AND j.definition LIKE '%"notification"%'
      """
    }
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
