import API
import Cluster
import Glibc
import Model
import Store

/// Answers for the API what concerns the members.
struct ClusterOffice: ClusterControl {
  let store: Store
  let session: MemberSession
  let terms: CurrentTerm
  let time: DatabaseTime
  let timing: ClusterTiming
  let mode: MemberMode
  let directory: MemberDirectory
  let stop: DrainOnStop
  /// Whether other processes may use the database.
  let isShared: Bool

  func view() async throws -> ClusterView {
    try await ClusterView.read(store, at: time.now(), timing: timing)
  }

  /// A held term says that the database answered a moment ago, so nothing is asked then.
  func unfitness() async -> Unfitness? {
    if stop.isDraining { return .draining }
    if terms.held != nil { return nil }
    return await databaseAnswers() ? .fenced : .database
  }

  /// Within a short time: a load balancer does not wait.
  private func databaseAnswers() async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { (try? await store.now()) != nil }
      group.addTask {
        try? await ContinuousClock().sleep(for: .milliseconds(300))
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }

  func set(
    _ mode: ExecutionMode, of member: MemberID, by user: String
  ) async throws -> MemberMode.Answer {
    try await self.mode.set(mode, of: member, by: user)
  }

  /// Marks the member; its own process sees that and stops in order.
  func drain(_ member: MemberID, by user: String) async throws {
    guard isShared else { throw DrainRefused.alone }
    guard let record = try await store.ask.members.find(member) else {
      throw StoreError.notFound(kind: "member", key: member.text)
    }
    guard record.leftAt == nil, record.fencedAt == nil else { throw DrainRefused.gone(member) }
    try await store.transaction { scope in
      guard try await scope.members.setDraining(record.term, true) else {
        throw StoreError.notFound(kind: "member", key: member.text)
      }
      try await scope.decisions.add(
        Decision(
          kind: .drain, member: terms.last.member, subject: member,
          reason: "\(user) asked the member \(member) to drain."))
      try await scope.announce([.membersChanged])
    }
  }

  func whoWouldCarry(project: String) async throws -> RemoteExecutionDecision {
    try await directory.whoWouldCarry(project: project)
  }
}
