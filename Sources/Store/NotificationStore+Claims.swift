import Database
public import Model

/// The right to deliver one notification, until it runs out.
public struct NotificationClaim: Sendable, Hashable {
  public let id: Int64
  /// Which claim of this notification it is.
  public let number: Int64

  public init(id: Int64, number: Int64) {
    self.id = id
    self.number = number
  }

  var arguments: [DatabaseValue] { [.integer(id), .integer(number)] }
}

extension NotificationRecord {
  /// The claim under which it was read.
  public var rights: NotificationClaim { NotificationClaim(id: id, number: claim) }
}

extension NotificationStore {
  /// The receivers for whom something is due, at most so many: one probe of an index for each receiver that anything
  /// waits for, however much that is.
  public func due(limit: Int) async throws(StoreError) -> [String] {
    let now = scope.dialect.now
    return try await scope.all(
      """
      WITH RECURSIVE receiver(name) AS (
        SELECT MIN(fairness) FROM notification WHERE state = 'waiting'
        UNION ALL
        SELECT (SELECT MIN(n.fairness) FROM notification AS n
          WHERE n.state = 'waiting' AND n.fairness > receiver.name)
        FROM receiver WHERE receiver.name IS NOT NULL)
      SELECT name FROM receiver WHERE name IS NOT NULL AND EXISTS (
        SELECT 1 FROM notification AS d
        WHERE d.state = 'waiting' AND d.fairness = receiver.name AND d.due_at <= \(now))
      LIMIT $1
      """, [.integer(Int64(limit))]
    ) { row throws(StoreError) in try row.text("name") }
  }

  /// Takes what is due for these receivers, of each at most so many, for `time`, in the name of a term that must be
  /// current. In one transaction; what others have at the moment is passed over.
  public func claim(
    _ wishes: [(receiver: String, limit: Int)], by term: Term, for time: Duration
  ) async throws(StoreError) -> [NotificationRecord] {
    guard !wishes.isEmpty else { return [] }
    let now = scope.dialect.now
    // Materialized: PostgreSQL may look for them again and again otherwise, and take more than the limit.
    let statements = wishes.map { wish in
      Statement(
        """
        WITH chosen AS MATERIALIZED (
          SELECT n.id FROM notification AS n
          WHERE n.state = 'waiting' AND n.fairness = $3 AND n.due_at <= \(now)
            AND \(Term.condition("$4", "$5"))
          ORDER BY n.due_at, n.id LIMIT $6 \(scope.dialect.skipLocked))
        UPDATE notification SET claim = claim + 1, claimed_by = $1, due_at = \(now) + $2
        WHERE state = 'waiting' AND id IN (SELECT id FROM chosen)
        RETURNING *
        """,
        [
          .text("\(term)"), .integer(time.wholeMicroseconds), .text(wish.receiver),
          .text(term.member.text), .integer(term.incarnation), .integer(Int64(wish.limit)),
        ])
    }
    var claimed: [NotificationRecord] = []
    for result in try await scope.batch(statements) {
      for row in result.rows { claimed.append(try NotificationRecord(row: row)) }
    }
    return claimed
  }

  /// Keeps the claims for `time` from now; those that were lost stay lost.
  public func renew(
    _ claims: [NotificationClaim], for time: Duration
  ) async throws(StoreError) {
    guard !claims.isEmpty else { return }
    try await scope.batch(
      claims.map { claim in
        Statement(
          """
          UPDATE notification SET due_at = \(scope.dialect.now) + $3
          WHERE id = $1 AND claim = $2 AND state = 'waiting'
          """, claim.arguments + [.integer(time.wholeMicroseconds)])
      })
  }

  /// Gives everything up that a term has claimed, as if it had not been taken: its member is stopping. Also what a
  /// claim took whose answer was lost.
  public func release(by term: Term) async throws(StoreError) {
    try await scope.run(
      """
      UPDATE notification SET due_at = \(scope.dialect.now), claimed_by = NULL
      WHERE state = 'waiting' AND claimed_by = $1
      """, [.text("\(term)")])
  }
}
