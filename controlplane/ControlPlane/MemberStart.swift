import Cluster
import Cryptography
import Execution
import Logging
import Model
import Store

/// Begins a member's first term.
struct MemberStart {
  let facts: MemberFacts
  let store: Store
  let session: MemberSession
  /// Whether no other process can use the database.
  let isAlone: Bool
  let settings: ClusterConfiguration
  let logger: Logger

  /// Registers the member. Throws `MembershipError.uuidInUse` when another process is this member.
  func begin() async throws -> StartedMember {
    let monotonic = MonotonicTime.continuous()
    let timing = settings.cluster.timing
    let registration = MemberRegistration(
      store: store, timing: timing, time: monotonic, isAlone: isAlone, logger: logger)
    let registered = try await registration.register(facts)
    let time = registered.databaseTime(monotonic)
    let notices = ClusterNotices(store: store, session: session, time: monotonic, logger: logger)
    let mode = try await MemberMode.starting(
      facts.id, as: settings.cluster.startMode, store: store, notices: notices,
      poll: timing.poll, time: monotonic, logger: logger)
    if mode.current == .active || isAlone { try await takeUnowned(registered.record.term) }
    let directory = MemberDirectory(
      store: store, member: facts.id, profiles: settings.profiles, time: time, timing: timing,
      notices: notices, firstTurn: UInt64(SecureRandom.bytes(4).reduce(0) { $0 << 8 | UInt64($1) }),
      logger: logger)
    return StartedMember(
      facts: facts, store: store, settings: settings, registration: registration,
      terms: registered.currentTerm(timing, time: monotonic), time: time, monotonic: monotonic,
      notices: notices, mode: mode, directory: directory)
  }

  /// Nobody may be there to take them over from: no member, or one that nobody knows any more. A passive member
  /// would skip each of their fires.
  private func takeUnowned(_ term: Term) async throws {
    do {
      _ = try await store.takeSchedules(.unowned, for: facts.id, by: term)
    } catch let error as StoreError where error.isRetryable {
      logger.warning(
        "Schedules that nobody owns could not be taken", metadata: ["error": "\(error)"])
    }
  }
}

/// A member with a term, and what its services share.
struct StartedMember: Sendable {
  let facts: MemberFacts
  let store: Store
  let settings: ClusterConfiguration
  let registration: MemberRegistration
  let terms: CurrentTerm
  let time: DatabaseTime
  let monotonic: MonotonicTime
  let notices: ClusterNotices
  let mode: MemberMode
  let directory: MemberDirectory
}
