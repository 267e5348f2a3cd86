import Cluster
import Logging
import Model
import Store
import Synchronization

@testable import API

/// What a member knows of its cluster, played over the store of a test.
final class PlayedCluster: ClusterControl {
  let store: Store
  let mode: MemberMode
  let reason = Mutex<Unfitness?>(nil)
  let drained = Mutex<[MemberID]>([])
  /// Why nobody can be asked to drain.
  let refusal = Mutex<DrainRefused?>(nil)

  init(_ store: Store) async throws {
    self.store = store
    for name in ["member", "other"] {
      let facts = MemberFacts(
        id: MemberID(name), name: "\(name)'s name", url: "http://\(name)", version: "1",
        hostname: "here", tags: ["web"])
      _ = try await store.ask.members.register(facts, after: nil)
    }
    mode = try await MemberMode.starting(
      MemberID("member"), as: nil, store: store, logger: Logger(label: "test"))
  }

  func view() async throws -> ClusterView {
    // Nobody renews these members, however long the test takes.
    let timing = ClusterTiming(inactive: .seconds(3600), dead: .seconds(7200))
    return try await ClusterView.read(store, at: try await store.now(), timing: timing)
  }

  func unfitness() async -> Unfitness? { reason.withLock { $0 } }

  func set(
    _ mode: ExecutionMode, of member: MemberID, by user: String
  ) async throws -> MemberMode.Answer {
    try await self.mode.set(mode, of: member, by: user)
  }

  func drain(_ member: MemberID, by user: String) async throws {
    if let refusal = refusal.withLock({ $0 }) { throw refusal }
    guard try await store.ask.members.find(member) != nil else {
      throw StoreError.notFound(kind: "member", key: member.text)
    }
    drained.withLock { $0.append(member) }
  }

  func whoWouldCarry(project: String) async throws -> RemoteExecutionDecision {
    RemoteExecutionDecision(
      policy: "Preset", candidates: [MemberID("other")], chosen: MemberID("other"),
      reason: "It is preset for \(project).")
  }
}
