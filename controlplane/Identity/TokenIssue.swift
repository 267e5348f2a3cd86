import Cryptography
public import Store

/// Makes API tokens. The text is shown once, by whoever asked for it; the database has its digest.
public struct TokenIssue: Sendable {
  private let store: Store

  public init(store: Store) { self.store = store }

  /// Creates a token for `username`, made by `creator`, that expires after `lifetime` (nil: never).
  public func create(
    for username: String, by creator: String, roles: [String], name: String?, lifetime: Duration?
  ) async throws(StoreError) -> (token: String, record: ApiTokenRecord) {
    let token = SecureRandom.token()
    let record = try await store.ask.tokens.insert(
      id: SecureRandom.uuid(), digest: TokenDigest.of(token), name: name, username: username,
      creator: creator, roles: roles, lifetime: lifetime)
    return (token, record)
  }
}
