import Cryptography
public import Model
public import Store
public import Wire

/// Makes agents known: one-time tokens for operators, credentials for agents.
public struct EnrolmentService: Sendable {
  /// A token, shown once; the store keeps its digest.
  public struct Token: Sendable, Hashable {
    public var text: String
    /// By the database's clock.
    public var expiresAt: Instant
  }

  /// Why an agent was not enrolled; nothing was written.
  public enum Refusal: Error, Sendable, Hashable {
    /// There is no such token, or it was used, or it has expired.
    case badToken
    /// Another agent has this name, and the token is not for giving it a new credential.
    case nameTaken(String)
    /// The token is for the agent `expected`, which has another name or is gone.
    case wrongAgent(expected: String)
    /// The name is empty, too long, or holds control characters.
    case badName(String)
  }

  private let store: Store

  public init(store: Store) { self.store = store }

  /// Makes a token that enrols one agent, once, within `validFor`.
  ///
  /// - Parameters:
  ///   - user: who asked for it, for the record.
  ///   - name: the agent that gets a new credential and keeps its identity; nil for a new agent.
  public func createToken(
    validFor: Duration = .seconds(3600), by user: String, reenrolling name: String? = nil
  ) async throws(StoreError) -> Token {
    let text = SecureRandom.token()
    try await store.ask.enrolmentTokens.deleteExpired()
    let expiry = try await store.ask.enrolmentTokens.create(
      digest: text.credentialDigest, by: user, validFor: validFor, reenrolling: name)
    return Token(text: text, expiresAt: expiry)
  }

  /// Uses the token up and gives the agent its credential.
  ///
  /// Throws `Refusal`, or `StoreError` when the store fails; the token is used only when this returns.
  public func enrol(_ request: EnrolRequest) async throws -> EnrolAnswer {
    guard Self.isLegal(name: request.name) else { throw Refusal.badName(request.name) }
    let secret = SecureRandom.token()
    let fresh = AgentID(SecureRandom.uuid())
    var node = request.node
    node.name = request.name
    let facts = AgentStore.Facts(
      node: node, version: request.version, bootID: request.bootID)
    let agent = try await store.transaction { scope in
      try await Self.enrol(
        fresh, request: request, facts: facts, digest: secret.credentialDigest, in: scope)
    }
    return EnrolAnswer(agent: agent, secret: secret)
  }

  private static func enrol(
    _ fresh: AgentID, request: EnrolRequest, facts: AgentStore.Facts, digest: String,
    in scope: StoreScope
  ) async throws -> AgentID {
    let token = request.token.credentialDigest
    guard let grant = try await scope.enrolmentTokens.use(digest: token, for: request.name) else {
      throw Refusal.badToken
    }
    switch grant {
    case .reenrolment(let name):
      guard name == request.name,
        let agent = try await scope.agents.reenrol(credentialDigest: digest, facts: facts)
      else { throw Refusal.wrongAgent(expected: name) }
      return agent
    case .newAgent:
      do throws(StoreError) {
        try await scope.agents.enrol(fresh, credentialDigest: digest, facts: facts)
      } catch  where error.isUniqueViolation {
        throw Refusal.nameTaken(request.name)
      }
      return fresh
    }
  }

  private static func isLegal(name: String) -> Bool {
    (1...255).contains(name.utf8.count)
      && name.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
  }
}

extension String {
  /// How a token or a secret lies in the store: SHA-256, hexadecimal. They are random and long, so
  /// that a plain digest is enough.
  var credentialDigest: String { Hexadecimal.text(of: Digest.sha256(Array(utf8))) }
}
