import Cluster
import Logging
import Model
import Store
import TestSupport
import Testing

@Suite struct MembershipTests {
  static let facts = MemberFacts(
    id: MemberID("m"), name: "one", url: "http://one", version: "1", hostname: "host")

  @Test(arguments: Engine.all) func `each start is the next incarnation`(on engine: Engine)
    async throws
  {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let registration = MemberRegistration(store: store)
      #expect(try await registration.register(Self.facts).incarnation == 1)
      #expect(try await registration.register(Self.facts).incarnation == 2)
      let all = try await store.ask.members.all()
      #expect(all.map(\.term) == [Term(member: MemberID("m"), incarnation: 2)])
    }
  }

  @Test(arguments: Engine.all) func `a registration that somebody else overtook takes nothing`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      #expect(try await store.ask.members.register(Self.facts, after: nil)?.incarnation == 1)
      #expect(try await store.ask.members.register(Self.facts, after: nil) == nil)
      #expect(try await store.ask.members.register(Self.facts, after: 1)?.incarnation == 2)
    }
  }

  @Test func `a heartbeat of an ended term ends the membership`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let registration = MemberRegistration(store: store)
      let clock = ManualClock()
      let older = Membership(
        member: try await registration.register(Self.facts), store: store, clock: clock,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      _ = try await registration.register(Self.facts)
      let ended = Task { try await older.run() }
      await clock.sleepers()
      clock.advance(by: .seconds(1))
      await #expect(
        throws: StoreError.staleTerm(subject: "the member's heartbeat", term: older.term)
      ) {
        try await ended.value
      }
    }
  }
}
