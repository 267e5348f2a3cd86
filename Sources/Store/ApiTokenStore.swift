import Database
public import Model

/// An API token as it is stored: everything but its text, of which only a digest is kept.
public struct ApiTokenRecord: Sendable, Hashable {
  public let id: String
  public let name: String?
  /// Whom requests with this token act as.
  public let username: String
  public let creator: String
  public let roles: [String]
  public let createdAt: Instant
  /// nil: never expires.
  public let expiresAt: Instant?
  /// By the database's clock at the time of the question.
  public let isExpired: Bool
}

extension StoreScope {
  /// API tokens.
  public var tokens: ApiTokenStore { ApiTokenStore(scope: self) }
}

/// API tokens.
public struct ApiTokenStore: Sendable {
  let scope: StoreScope

  private var columns: String {
    """
    id, name, username, creator, roles, created_at, expires_at,
    CASE WHEN expires_at <= \(scope.dialect.now) THEN 1 ELSE 0 END AS expired
    """
  }

  /// Adds a token that expires after `lifetime` by the database's clock (never, for nil).
  public func insert(
    id: String, digest: String, name: String?, username: String, creator: String, roles: [String],
    lifetime: Duration?
  ) async throws(StoreError) -> ApiTokenRecord {
    let now = scope.dialect.now
    let microseconds = lifetime.map { lifetime in
      lifetime.components.seconds * 1_000_000 + lifetime.components.attoseconds / 1_000_000_000_000
    }
    let sql = """
      INSERT INTO api_token (id, digest, name, username, creator, roles, created_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, \(now), \(now) + CAST($7 AS BIGINT))
      RETURNING \(columns)
      """
    let record = try await scope.first(
      sql,
      [
        .text(id), .text(digest), .text(name), .text(username), .text(creator),
        .text(try StoredJSON.encode(roles, column: "roles")), .integer(microseconds),
      ], as: Self.record)
    guard let record else { throw .notFound(kind: "token", key: id) }
    return record
  }

  /// The token with that digest, expired or not, or nil.
  public func find(digest: String) async throws(StoreError) -> ApiTokenRecord? {
    try await scope.first(
      "SELECT \(columns) FROM api_token WHERE digest = $1", [.text(digest)], as: Self.record)
  }

  /// The token with that identifier, or nil.
  public func find(_ id: String) async throws(StoreError) -> ApiTokenRecord? {
    try await scope.first(
      "SELECT \(columns) FROM api_token WHERE id = $1", [.text(id)], as: Self.record)
  }

  /// All tokens, or those of one user, oldest first.
  public func list(username: String? = nil) async throws(StoreError) -> [ApiTokenRecord] {
    let condition = username == nil ? "" : "WHERE username = $1"
    return try await scope.all(
      "SELECT \(columns) FROM api_token \(condition) ORDER BY created_at, id",
      username.map { [.text($0)] } ?? [], as: Self.record)
  }

  /// Removes a token; false when there was none.
  public func delete(_ id: String) async throws(StoreError) -> Bool {
    try await scope.run("DELETE FROM api_token WHERE id = $1", [.text(id)]).changes > 0
  }

  static func record(_ row: Row) throws(StoreError) -> ApiTokenRecord {
    ApiTokenRecord(
      id: try row.text("id"), name: try row.optionalText("name"),
      username: try row.text("username"), creator: try row.text("creator"),
      roles: try StoredJSON.decode(try row.text("roles"), column: "roles"),
      createdAt: try row.instant("created_at"),
      expiresAt: try row.optionalInstant("expires_at"), isExpired: try row.bool("expired"))
  }
}
