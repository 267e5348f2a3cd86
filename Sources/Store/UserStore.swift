import Database

/// A user whose password this database keeps.
public struct UserRecord: Sendable, Hashable {
  public let username: String
  /// As `PasswordHash` wrote it.
  public let passwordHash: String
  public let roles: [String]

  public init(username: String, passwordHash: String, roles: [String]) {
    self.username = username
    self.passwordHash = passwordHash
    self.roles = roles
  }
}

extension StoreScope {
  /// Users whose passwords this database keeps.
  public var users: UserStore { UserStore(scope: self) }
}

/// Users whose passwords this database keeps.
public struct UserStore: Sendable {
  let scope: StoreScope

  /// The user of that name, or nil.
  public func find(_ username: String) async throws(StoreError) -> UserRecord? {
    try await scope.first(
      "SELECT username, password_hash, roles FROM user_account WHERE username = $1",
      [.text(username)]
    ) { row throws(StoreError) in
      UserRecord(
        username: try row.text("username"), passwordHash: try row.text("password_hash"),
        roles: try StoredJSON.decode(try row.text("roles"), column: "roles"))
    }
  }

  /// Whether there is any user.
  public func isEmpty() async throws(StoreError) -> Bool {
    try await scope.run("SELECT 1 AS one FROM user_account LIMIT 1").rows.isEmpty
  }

  /// Adds a user; false when the name is taken, so of several who try at once one succeeds.
  public func insert(_ user: UserRecord) async throws(StoreError) -> Bool {
    let sql = """
      INSERT INTO user_account (username, password_hash, roles, created_at)
      VALUES ($1, $2, $3, \(scope.dialect.now)) ON CONFLICT (username) DO NOTHING
      """
    return try await scope.run(
      sql,
      [
        .text(user.username), .text(user.passwordHash),
        .text(try StoredJSON.encode(user.roles, column: "roles")),
      ]
    ).changes > 0
  }
}
