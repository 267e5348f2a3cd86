import Database
public import Model

extension StoreScope {
  /// The one-time tokens that agents enrol with.
  public var enrolmentTokens: EnrolmentTokenStore { EnrolmentTokenStore(scope: self) }
}

/// The one-time tokens that agents enrol with, as digests.
public struct EnrolmentTokenStore: Sendable {
  let scope: StoreScope

  /// What a token that was just used allows.
  public enum Grant: Sendable, Hashable {
    /// A new agent, under any name that is free.
    case newAgent
    /// The agent of this name gets a new credential.
    case reenrolment(name: String)
  }

  /// Stores a token's digest and returns when it expires, by the database's clock: at most 100 years
  /// from now.
  ///
  /// - Parameter name: the agent that the token is for, when it is to get a new credential; nil for a
  ///   new agent. It stands in `used_by` until the token is used.
  public func create(
    digest: String, by user: String, validFor duration: Duration, reenrolling name: String? = nil
  ) async throws(StoreError) -> Instant {
    // Longer than anybody means it, and far from where the database's sum would overflow.
    let duration = min(duration, .seconds(100 * 31_557_600))
    let lifetime = Instant(microseconds: 0).advanced(by: duration).microseconds
    let rows = try await scope.run(
      """
      INSERT INTO enrolment_token (digest, created_by, created_at, expires_at, used_at, used_by)
      VALUES ($1, $2, \(scope.dialect.now), \(scope.dialect.now) + $3, NULL, $4)
      RETURNING expires_at
      """,
      [.text(digest), .text(user), .integer(lifetime), .text(name)]
    ).rows
    guard let row = rows.first else {
      throw .notFound(kind: "enrolment token", key: "just created")
    }
    return try row.instant("expires_at")
  }

  /// Uses a token up, by compare-and-set, and returns what it allows; nil when it is unknown, used or
  /// expired. Run it in the transaction that enrols the agent: a failure there leaves it unused.
  public func use(digest: String, for name: String) async throws(StoreError) -> Grant? {
    let found = try await scope.first(
      """
      SELECT used_by FROM enrolment_token
      WHERE digest = $1 AND used_at IS NULL AND expires_at > \(scope.dialect.now)
      """, [.text(digest)]
    ) { row throws(StoreError) -> Grant in
      try row.optionalText("used_by").map { .reenrolment(name: $0) } ?? .newAgent
    }
    guard let grant = found else { return nil }
    let changes = try await scope.run(
      """
      UPDATE enrolment_token SET used_at = \(scope.dialect.now), used_by = $2
      WHERE digest = $1 AND used_at IS NULL AND expires_at > \(scope.dialect.now)
      """, [.text(digest), .text(name)]
    ).changes
    return changes == 1 ? grant : nil
  }

  /// Deletes the tokens that expired before this moment and returns how many.
  @discardableResult
  public func deleteExpired() async throws(StoreError) -> Int {
    try await scope.run(
      "DELETE FROM enrolment_token WHERE expires_at <= \(scope.dialect.now)"
    ).changes
  }
}
