import Cryptography
import Model
public import Store

/// Web sessions: kept in the database, so that any member serves any request. The cookie's text is
/// random and only its digest is stored.
public struct WebSessions: Sendable {
  private let store: Store
  /// How long a session lives without a request.
  public let lifetime: Duration
  /// A session is prolonged when at least this much of its life has passed: one write in that time, not
  /// one for each request.
  public let renewal: Duration

  public init(
    store: Store, lifetime: Duration = .seconds(1_800), renewal: Duration = .seconds(300)
  ) {
    self.store = store
    self.lifetime = lifetime
    self.renewal = renewal
  }

  /// Begins a session and answers with the cookie's text.
  public func begin(user: String, roles: [String]) async throws -> String {
    let cookie = SecureRandom.token()
    try await store.transaction { scope in
      try await scope.sessions.insert(
        digest: TokenDigest.of(cookie), username: user, roles: roles, lifetime: lifetime)
    }
    return cookie
  }

  /// Whom the cookie stands for, or nil for one that is unknown or has ended.
  public func principal(forCookie cookie: String) async throws(StoreError) -> Principal? {
    guard !cookie.isEmpty else { return nil }
    let digest = TokenDigest.of(cookie)
    guard let session = try await store.ask.sessions.find(digest: digest) else { return nil }
    if session.now.duration(to: session.expiresAt) < lifetime - renewal {
      try await store.ask.sessions.extend(digest: digest, by: lifetime)
    }
    return Principal(
      user: session.username, roles: Set(session.roles), credential: .session(digest: digest))
  }

  /// Ends the session; an unknown one is not an error.
  public func end(cookie: String) async throws(StoreError) {
    try await store.ask.sessions.delete(digest: TokenDigest.of(cookie))
  }
}
