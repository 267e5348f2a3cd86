import Database
public import Model

extension StoreScope {
  /// The outbox of notifications.
  public var notifications: NotificationStore { NotificationStore(scope: self) }
}

/// Notifications on their way to their receivers, and what became of them.
///
/// A row is delivered under a claim: a number that grows, for a time that the database's clock measures. What is written
/// under an older claim has no effect; a claim that ran out is anybody's.
public struct NotificationStore: Sendable {
  let scope: StoreScope

  /// The notifications of an execution, in the order in which they came up.
  public func all(of execution: ExecutionID) async throws(StoreError) -> [NotificationRecord] {
    try await scope.all(
      "SELECT * FROM notification WHERE execution_id = $1 ORDER BY id",
      [.integer(execution.number)], as: NotificationRecord.init(row:))
  }

  /// The attempts to deliver an execution's notifications, by notification and number.
  public func attempts(of execution: ExecutionID) async throws(StoreError) -> [NotificationAttempt]
  {
    try await scope.all(
      """
      SELECT a.* FROM notification_attempt AS a JOIN notification AS n ON n.id = a.notification_id
      WHERE n.execution_id = $1 ORDER BY a.notification_id, a.attempt
      """, [.integer(execution.number)], as: NotificationAttempt.init(row:))
  }

  /// The notification of that number.
  public func find(_ id: Int64) async throws(StoreError) -> NotificationRecord? {
    try await scope.first(
      "SELECT * FROM notification WHERE id = $1", [.integer(id)], as: NotificationRecord.init(row:))
  }

  /// Notifications of a project, or of all, in one state; the newest first, from the one before `last` on.
  public func list(
    _ state: NotificationState, project: String?, before last: Int64?, limit: Int
  ) async throws(StoreError) -> [NotificationRecord] {
    return try await scope.all(
      """
      SELECT * FROM notification WHERE state = $1 AND id < $2
      \(project == nil ? "" : "AND project = $3")
      ORDER BY id DESC LIMIT \(project == nil ? "$3" : "$4")
      """,
      [.text(state.rawValue), .integer(last ?? .max)] + (project.map { [.text($0)] } ?? [])
        + [.integer(Int64(limit))],
      as: NotificationRecord.init(row:))
  }

  /// How many wait, and how many were given up.
  public func counts() async throws(StoreError) -> (waiting: Int64, dead: Int64) {
    let counts = try await scope.first(
      """
      SELECT (SELECT COUNT(*) FROM notification WHERE state = 'waiting') AS waiting,
        (SELECT COUNT(*) FROM notification WHERE state = 'dead') AS dead
      """
    ) { row throws(StoreError) in (try row.int("waiting"), try row.int("dead")) }
    return counts ?? (0, 0)
  }

  /// Lets one that was given up be tried again: at once, and as often as a new one. False when it was not given up.
  public func revive(_ id: Int64) async throws(StoreError) -> Bool {
    try await scope.run(
      """
      UPDATE notification SET state = 'waiting', former_attempts = attempts, due_at = \(scope.dialect.now),
        settled_at = NULL WHERE id = $1 AND state = 'dead'
      """, [.integer(id)]
    ).changes == 1
  }

  /// Deletes what is about no execution and was settled longer than `age` ago.
  public func removeSettled(olderThan age: Duration) async throws(StoreError) {
    try await scope.run(
      """
      DELETE FROM notification WHERE execution_id IS NULL AND state <> 'waiting'
        AND settled_at <= \(scope.dialect.now) - $1
      """, [.integer(age.wholeMicroseconds)])
  }
}
