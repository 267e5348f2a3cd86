import Cluster
import Logging
import Model
import Store
import TestSupport

/// A member of a test over a real store: its registration, lease and clock.
struct TestMember {
  let facts: MemberFacts
  let store: Store
  let clock: ManualClock
  let time: MonotonicTime
  let timing: ClusterTiming
  let registration: MemberRegistration
  let terms: CurrentTerm
  let databaseTime: DatabaseTime

  var term: Term { terms.last }

  static func facts(_ id: String, session: String? = nil) -> MemberFacts {
    MemberFacts(
      id: MemberID(id), name: "name of \(id)", url: "http://\(id)", version: "1",
      hostname: "host of \(id)", session: session.map { MemberSession($0) })
  }

  /// Registers a member and begins its term; its own time moves with `clock` only.
  static func begin(
    _ id: String, _ store: Store, clock: ManualClock = ManualClock(),
    timing: ClusterTiming = ClusterTiming()
  ) async throws -> TestMember {
    let time = MonotonicTime(clock)
    let facts = facts(id)
    let registration = MemberRegistration(
      store: store, timing: timing, time: time, isAlone: true, logger: .silent)
    let registered = try await registration.register(facts)
    return TestMember(
      facts: facts, store: store, clock: clock, time: time, timing: timing,
      registration: registration, terms: registered.currentTerm(timing, time: time),
      databaseTime: registered.databaseTime(time))
  }

  func membership(load: MemberLoad = MemberLoad()) -> Membership {
    Membership(
      facts: facts, terms: terms, databaseTime: databaseTime, store: store,
      registration: registration, timing: timing, time: time, load: { load }, jitter: { _ in 0 },
      logger: .silent)
  }
}

extension Logger {
  static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension Engine {
  /// Gives `body` a migrated store of this engine.
  func withStore(_ body: (Store) async throws -> Void) async throws {
    try await withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      try await body(store)
    }
  }
}

extension Store {
  /// Makes a member's heartbeat as old as that.
  func age(_ member: String, by duration: Duration) async throws {
    let microseconds = duration.components.seconds * 1_000_000
    try await ask.run(
      "UPDATE member SET heartbeat_at = heartbeat_at - $1 WHERE uuid = $2",
      [.integer(microseconds), .text(member)])
  }
}
