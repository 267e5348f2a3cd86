import Database
public import Model

/// A web session as it is stored.
public struct SessionRecord: Sendable, Hashable {
  public let username: String
  public let roles: [String]
  public let expiresAt: Instant
  /// The database's clock at the time of the question.
  public let now: Instant
}

extension StoreScope {
  /// Web sessions.
  public var sessions: SessionStore { SessionStore(scope: self) }
}

/// Web sessions, by the digest of their cookie.
public struct SessionStore: Sendable {
  let scope: StoreScope

  /// Begins a session that ends after `lifetime` without a request, and removes those that have ended.
  public func insert(
    digest: String, username: String, roles: [String], lifetime: Duration
  ) async throws(StoreError) {
    let now = scope.dialect.now
    let sql = """
      INSERT INTO web_session (digest, username, roles, created_at, expires_at)
      VALUES ($1, $2, $3, \(now), \(now) + CAST($4 AS BIGINT))
      """
    try await scope.batch([
      Statement("DELETE FROM web_session WHERE expires_at <= \(now)"),
      Statement(
        sql,
        [
          .text(digest), .text(username), .text(try StoredJSON.encode(roles, column: "roles")),
          .integer(lifetime.components.seconds * 1_000_000),
        ]),
    ])
  }

  /// The session, or nil when there is none or it has ended.
  public func find(digest: String) async throws(StoreError) -> SessionRecord? {
    let now = scope.dialect.now
    let sql = """
      SELECT username, roles, expires_at, \(now) AS now FROM web_session
      WHERE digest = $1 AND expires_at > \(now)
      """
    return try await scope.first(sql, [.text(digest)]) { row throws(StoreError) in
      SessionRecord(
        username: try row.text("username"),
        roles: try StoredJSON.decode(try row.text("roles"), column: "roles"),
        expiresAt: try row.instant("expires_at"), now: try row.instant("now"))
    }
  }

  /// Lets a session that has not ended live for `lifetime` from now.
  public func extend(digest: String, by lifetime: Duration) async throws(StoreError) {
    let now = scope.dialect.now
    let sql = """
      UPDATE web_session SET expires_at = \(now) + CAST($2 AS BIGINT)
      WHERE digest = $1 AND expires_at > \(now)
      """
    try await scope.run(
      sql, [.text(digest), .integer(lifetime.components.seconds * 1_000_000)])
  }

  /// Ends a session.
  public func delete(digest: String) async throws(StoreError) {
    try await scope.run("DELETE FROM web_session WHERE digest = $1", [.text(digest)])
  }
}
