public import Logging
import Model
public import Store

/// Begins a term for this member: its registration in the store, one incarnation after the last.
public struct MemberRegistration: Sendable {
  private let store: Store
  private let timing: ClusterTiming
  private let time: MonotonicTime
  private let isAlone: Bool
  private let logger: Logger

  /// `isAlone` says that no other process can be using this database (the state directory's lock proves it for a
  /// database in there): then nothing is asked and nobody waited for.
  public init(
    store: Store, timing: ClusterTiming = ClusterTiming(), time: MonotonicTime = .continuous(),
    isAlone: Bool = false, logger: Logger = Logger(label: "quarterdeck.cluster")
  ) {
    self.store = store
    self.timing = timing
    self.time = time
    self.isAlone = isAlone
    self.logger = logger
  }

  /// Registers the member and answers what is stored of it, its new term included.
  ///
  /// A former process of this UUID that was killed has no connections to the database any more and holds up nothing.
  /// One that still has some is watched: when it renews, this throws `MembershipError.uuidInUse`; when it does not for
  /// `considerInactive` (it is stopped, or its host is gone), its term is ended. Throws `StoreError` otherwise.
  public func register(_ facts: MemberFacts) async throws -> RegisteredMember {
    var watch = TwinWatch(timing: timing)
    while true {
      switch try await attempt(facts) {
      case .begun(let registered): return registered
      case .overtaken: continue
      case .refused(let twin):
        if let registered = try await decide(about: twin, &watch, facts) { return registered }
      }
    }
  }

  private enum Attempt {
    case begun(RegisteredMember)
    /// Somebody else registered in between.
    case overtaken
    /// Because of that process.
    case refused(MemberRecord)
  }

  private func attempt(_ facts: MemberFacts) async throws(StoreError) -> Attempt {
    let sent = time.now
    do throws(StoreError) {
      let known = try await store.ask.members.find(facts.id)?.incarnation
      let record = try await store.ask.members.register(
        facts, after: known, aliveWithin: isAlone ? nil : Self.ever)
      guard let record else { return .overtaken }
      return .begun(RegisteredMember(record, sent: sent, received: time.now))
    } catch {
      guard let twin = error.twin else { throw error }
      return .refused(twin)
    }
  }

  /// As good as no limit: whether a twin lives is told by watching it, not by its heartbeat's age.
  private static let ever = Duration.seconds(86_400 * 3650)

  private func decide(
    about twin: MemberRecord, _ watch: inout TwinWatch, _ facts: MemberFacts
  ) async throws -> RegisteredMember? {
    switch watch.saw(twin.term, heartbeatAt: twin.heartbeatAt, at: time.now) {
    case .alive:
      let age = twin.heartbeatAt.duration(to: try await store.now())
      throw MembershipError.uuidInUse(twin, age: age)
    case .undecided(let pause):
      logger.debug(
        "Another process has this member's UUID; its heartbeat is watched",
        metadata: ["term": "\(twin.term)", "host": "\(twin.hostname)"])
      try await time.sleep(for: pause)
      return nil
    case .silent:
      logger.warning(
        "Ending the term of a process with this member's UUID that is connected but silent",
        metadata: ["term": "\(twin.term)", "host": "\(twin.hostname)"])
      return try await replace(twin, facts)
    }
  }

  /// Ends the twin's term and begins the next one, unless it renewed in between; then nil.
  private func replace(
    _ twin: MemberRecord, _ facts: MemberFacts
  ) async throws -> RegisteredMember? {
    let sent = time.now
    do {
      let record = try await store.transaction { scope in
        // Ending the term locks its row, so that the heartbeat that is read next is its last.
        guard try await scope.members.markLeft(twin.term),
          try await scope.members.find(twin.id)?.heartbeatAt == twin.heartbeatAt,
          let record = try await scope.members.register(facts, after: twin.incarnation)
        else { throw TwinRenewed() }
        return record
      }
      return RegisteredMember(record, sent: sent, received: time.now)
    } catch is TwinRenewed {
      return nil
    }
  }

  private struct TwinRenewed: Error {}
}

extension StoreError {
  /// The process that is alive with the UUID that was to be registered.
  fileprivate var twin: MemberRecord? {
    if case .memberAlive(let twin) = self { twin } else { nil }
  }
}

/// A term that has just begun.
public struct RegisteredMember: Sendable {
  public let record: MemberRecord
  /// When the registration was asked for and when it was answered, by the process's own clock.
  public let sent: Duration
  public let received: Duration

  init(_ record: MemberRecord, sent: Duration, received: Duration) {
    self.record = record
    self.sent = sent
    self.received = received
  }

  /// The lease of this term, by the same `time` as the registration's.
  public func currentTerm(_ timing: ClusterTiming, time: MonotonicTime) -> CurrentTerm {
    CurrentTerm(record.term, sent: sent, trust: timing.trust, time: time)
  }

  /// The database's time as the registration told it, by the same `time`.
  public func databaseTime(_ time: MonotonicTime) -> DatabaseTime {
    DatabaseTime(record.startedAt, sent: sent, received: received, time: time)
  }
}
