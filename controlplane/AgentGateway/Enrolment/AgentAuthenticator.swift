import Cryptography
import Model
import Store
import Synchronization

/// Tells which agent a credential belongs to.
///
/// Digests are remembered for `lifetime`, so that not each report asks the store; an agent whose row is
/// deleted is refused after that time at the latest. At most 4,096 are remembered.
final class AgentAuthenticator: Sendable {
  private struct Known {
    var digest: String
    var until: ContinuousClock.Instant
  }

  private let store: Store
  private let lifetime: Duration
  private let known = Mutex<[AgentID: Known]>([:])

  init(store: Store, lifetime: Duration = .seconds(5)) {
    self.store = store
    self.lifetime = lifetime
  }

  /// The agent of an `Authorization` header's value, `Bearer AGENT:SECRET`; nil when the agent is
  /// unknown or the secret is not its own.
  func agent(authorization: String?) async throws(StoreError) -> AgentID? {
    guard let (agent, secret) = Self.credential(authorization) else { return nil }
    let given = secret.credentialDigest
    if let digest = remembered(agent), constantTimeEquals(digest, given) { return agent }
    guard let record = try await store.ask.agents.find(agent) else {
      forget(agent)
      return nil
    }
    guard constantTimeEquals(record.credentialDigest, given) else { return nil }
    remember(agent, record.credentialDigest)
    return agent
  }

  /// Asks the store for this agent again next time.
  func forget(_ agent: AgentID) { known.withLock { $0[agent] = nil } }

  private static func credential(_ header: String?) -> (AgentID, String)? {
    guard let header, header.prefix(7).lowercased() == "bearer " else { return nil }
    let parts = header.dropFirst(7).split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    return (AgentID(String(parts[0])), String(parts[1]))
  }

  private func remembered(_ agent: AgentID) -> String? {
    known.withLock { known in
      guard let entry = known[agent], entry.until > .now else { return nil }
      return entry.digest
    }
  }

  private func remember(_ agent: AgentID, _ digest: String) {
    known.withLock { known in
      if known.count >= 4096 { known = [:] }
      known[agent] = Known(digest: digest, until: .now + lifetime)
    }
  }
}
