import Database
import Model

extension StoreScope {
  /// What users say about themselves.
  public var profiles: UserProfileStore { UserProfileStore(scope: self) }
}

/// What users say about themselves. A user is known who has a password here, a token, or who logged in or wrote a
/// profile before.
public struct UserProfileStore: Sendable {
  let scope: StoreScope

  /// The profile of a user; nil for one who is not known.
  public func find(_ login: String) async throws(StoreError) -> UserProfile? {
    try await scope.first(
      """
      SELECT k.login, p.first_name, p.last_name, p.email FROM (
        SELECT username AS login FROM user_account WHERE username = $1
        UNION SELECT login FROM user_profile WHERE login = $1
        UNION SELECT username FROM api_token WHERE username = $1) AS k
      LEFT JOIN user_profile AS p ON p.login = k.login
      """, [.text(login)], as: Self.profile)
  }

  /// Changes a profile, and makes it where there is none.
  public func put(
    _ change: UserProfileChange, of login: String
  ) async throws(StoreError) -> UserProfile {
    let now = scope.dialect.now
    let fields = [change.firstName, change.lastName, change.email]
    let names = ["first_name", "last_name", "email"]
    let kept = names.enumerated().map { index, name in
      "\(name) = CASE WHEN CAST($\(index + 5) AS BIGINT) = 1 THEN excluded.\(name) ELSE user_profile.\(name) END"
    }
    let sql = """
      INSERT INTO user_profile (login, first_name, last_name, email, created_at, updated_at)
      VALUES ($1, $2, $3, $4, \(now), \(now))
      ON CONFLICT (login) DO UPDATE SET \(kept.joined(separator: ", ")), updated_at = \(now)
      RETURNING login, first_name, last_name, email
      """
    let values: [DatabaseValue] = fields.map { .text($0 ?? nil) }
    let flags: [DatabaseValue] = fields.map { .integer($0 == nil ? 0 : 1) }
    let profile = try await scope.first(sql, [.text(login)] + values + flags, as: Self.profile)
    guard let profile else { throw .notFound(kind: "user", key: login) }
    return profile
  }

  /// From now on the user is known.
  public func note(_ login: String) async throws(StoreError) {
    let now = scope.dialect.now
    try await scope.run(
      """
      INSERT INTO user_profile (login, created_at, updated_at) VALUES ($1, \(now), \(now))
      ON CONFLICT (login) DO NOTHING
      """, [.text(login)])
  }

  /// The addresses of those of these users who have one, by login.
  public func emails(
    of logins: some Collection<String>
  ) async throws(StoreError) -> [String: String] {
    var emails: [String: String] = [:]
    for list in ValueList.lists(of: Set(logins).sorted().map { .text($0) }) {
      let rows = try await scope.run(
        """
        SELECT login, email FROM user_profile
        WHERE login IN (\(list.marks)) AND email IS NOT NULL
        """, list.arguments
      ).rows
      for row in rows { emails[try row.text("login")] = try row.text("email") }
    }
    return emails
  }

  private static func profile(_ row: Row) throws(StoreError) -> UserProfile {
    UserProfile(
      login: try row.text("login"), firstName: try row.optionalText("first_name"),
      lastName: try row.optionalText("last_name"), email: try row.optionalText("email"))
  }
}

extension UserProfileStore {
  /// All users who are known, by login. The last execution is found by an index, in each project.
  public func list() async throws(StoreError) -> [ListedUser] {
    try await scope.all(
      """
      SELECT k.login, k.created_at, p.first_name, p.last_name, p.email, p.updated_at,
        (SELECT COUNT(*) FROM api_token AS t WHERE t.username = k.login) AS tokens,
        (SELECT x.created_at FROM execution AS x WHERE x.id = (
          SELECT MAX(l.id) FROM (
            SELECT (
              SELECT MAX(e.id) FROM execution AS e
              WHERE e.project = o.name AND e.username = k.login AND e.\(HistorySQL.ended))
              AS id
            FROM project AS o) AS l)) AS last_job_at
      FROM (
        SELECT u.login, MIN(u.created_at) AS created_at FROM (
          SELECT username AS login, created_at FROM user_account
          UNION ALL SELECT login, created_at FROM user_profile
          UNION ALL SELECT username, created_at FROM api_token) AS u
        GROUP BY u.login) AS k
      LEFT JOIN user_profile AS p ON p.login = k.login
      ORDER BY k.login \(scope.dialect.bytewise)
      """
    ) { (row: Row) throws(StoreError) in
      ListedUser(
        profile: try Self.profile(row), createdAt: try row.instant("created_at"),
        updatedAt: try row.optionalInstant("updated_at"),
        lastJobAt: try row.optionalInstant("last_job_at"), tokens: Int(try row.int("tokens")))
    }
  }
}
