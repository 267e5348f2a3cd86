import Database
public import Model

/// How an attempt to deliver a notification ended.
public struct NotificationAnswer: Sendable, Hashable {
  /// A status of HTTP or a reply code of SMTP, when the receiver gave one.
  public var code: Int?
  /// The beginning of what it answered.
  public var text: String?
  /// Why the attempt failed; nil when it did not.
  public var error: String?

  public init(code: Int? = nil, text: String? = nil, error: String? = nil) {
    self.code = code
    self.text = text
    self.error = error
  }
}

extension NotificationStore {
  /// Notes that an attempt begins, by whoever has the claim. Nil when he has it no more: then he must not begin.
  public func begin(
    _ claim: NotificationClaim, by term: Term
  ) async throws(StoreError) -> Int64? {
    let answers = try await scope.batch([
      Statement(
        """
        UPDATE notification SET attempts = attempts + 1
        WHERE id = $1 AND claim = $2 AND state = 'waiting' AND due_at > \(scope.dialect.now)
        RETURNING attempts
        """, claim.arguments),
      Statement(
        """
        INSERT INTO notification_attempt (notification_id, attempt, member, began_at)
        SELECT n.id, n.attempts, $3, \(scope.dialect.now) FROM notification AS n
        WHERE n.id = $1 AND n.claim = $2 AND n.state = 'waiting' AND n.due_at > \(scope.dialect.now)
        ON CONFLICT (notification_id, attempt) DO UPDATE SET member = excluded.member,
          began_at = excluded.began_at, ended_at = NULL, code = NULL, answer = NULL, error = NULL
        """, claim.arguments + [.text("\(term)")]),
    ])
    return try answers.first?.rows.first?.int("attempts")
  }

  /// The notification arrived.
  public func delivered(
    _ claim: NotificationClaim, attempt: Int64, _ answer: NotificationAnswer
  ) async throws(StoreError) {
    try await settle(claim, attempt, answer, state: .delivered, pause: nil)
  }

  /// The attempt failed; the next one comes after `pause`, or never when there is none.
  public func failed(
    _ claim: NotificationClaim, attempt: Int64, _ answer: NotificationAnswer, pause: Duration?
  ) async throws(StoreError) {
    let state: NotificationState = pause == nil ? .dead : .waiting
    try await settle(claim, attempt, answer, state: state, pause: pause)
  }

  private func settle(
    _ claim: NotificationClaim, _ attempt: Int64, _ answer: NotificationAnswer,
    state: NotificationState, pause: Duration?
  ) async throws(StoreError) {
    let now = scope.dialect.now
    try await scope.batch([
      Statement(
        """
        UPDATE notification_attempt SET ended_at = \(now), code = $4, answer = $5, error = $6
        WHERE notification_id = $1 AND attempt = $3 AND EXISTS (
          SELECT 1 FROM notification AS n WHERE n.id = $1 AND n.claim = $2)
        """,
        claim.arguments + [
          .integer(attempt), .integer(answer.code.map { Int64($0) }),
          .text(answer.text?.withoutNUL), .text(answer.error?.withoutNUL),
        ]),
      Statement(
        """
        UPDATE notification SET state = $3, error = $4, due_at = \(now) + $5, claimed_by = NULL,
          settled_at = CASE WHEN $3 = 'waiting' THEN NULL ELSE \(now) END
        WHERE id = $1 AND claim = $2 AND state = 'waiting'
        """,
        claim.arguments + [
          .text(state.rawValue), .text(answer.error?.withoutNUL),
          .integer((pause ?? .zero).wholeMicroseconds),
        ]),
    ])
  }

  /// Leaves it until `instant`, without an attempt.
  public func postpone(
    _ claim: NotificationClaim, to instant: Instant
  ) async throws(StoreError) {
    try await scope.run(
      """
      UPDATE notification SET due_at = $3, claimed_by = NULL
      WHERE id = $1 AND claim = $2 AND state = 'waiting'
      """, claim.arguments + [.instant(instant)])
  }

  /// Puts others in the place of a notification, or nothing: what it stood for is these. False when the claim was lost.
  public func replace(
    _ record: NotificationRecord, by drafts: [NotificationDraft]
  ) async throws(StoreError) -> Bool {
    var statements: [Statement] = []
    for draft in drafts { statements.append(try insertion(draft, for: record)) }
    statements.append(
      Statement(
        "DELETE FROM notification WHERE id = $1 AND claim = $2 AND state = 'waiting'",
        record.rights.arguments))
    return try await scope.batch(statements).last?.changes == 1
  }

  private func insertion(
    _ draft: NotificationDraft, for record: NotificationRecord
  ) throws(StoreError) -> Statement {
    Statement(
      """
      INSERT INTO notification (execution_id, project, job_id, event, place, kind, receiver, fairness,
        content, status, state, created_at, due_at)
      SELECT n.execution_id, n.project, n.job_id, $3, $4, $5, $6, $7, $8, n.status, 'waiting',
        n.created_at, \(scope.dialect.now)
      FROM notification AS n WHERE n.id = $1 AND n.claim = $2 AND n.state = 'waiting'
      ON CONFLICT (execution_id, event, place) DO NOTHING
      """, record.rights.arguments + (try draft.arguments()))
  }
}
