public import Store

/// Finds out whom an API token stands for: first the static tokens, then the stored ones.
public struct TokenAuthenticator: Sendable {
  private let store: Store
  private let staticTokens: StaticTokens?

  public init(store: Store, staticTokens: StaticTokens? = nil) {
    self.store = store
    self.staticTokens = staticTokens
  }

  /// The principal, or nil for a token that is unknown, deleted or expired (by the database's clock).
  /// Nothing is cached, so a deleted token ends at once on every member.
  public func principal(for token: String) async throws(StoreError) -> Principal? {
    guard !token.isEmpty else { return nil }
    if let principal = staticTokens?.principal(for: token) { return principal }
    let record = try await store.ask.tokens.find(digest: TokenDigest.of(token))
    guard let record, !record.isExpired else { return nil }
    return Principal(
      user: record.username, roles: Set(record.roles), credential: .token(id: record.id))
  }

  /// How a refused token is named in an answer: its first five characters and four asterisks.
  public static func masked(_ token: String) -> String { "\(token.prefix(5))****" }
}
