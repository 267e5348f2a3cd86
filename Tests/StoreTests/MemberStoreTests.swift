import Model
import Store
import TestSupport
import Testing

@Suite struct MemberStoreTests {
  @Test(arguments: Engine.all) func `a heartbeat is the database's time, and only the last term's`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let members = store.ask.members
      var facts = MemberFacts(
        id: MemberID("m"), name: "one", url: "http://one", version: "1", hostname: "h")
      let first = try #require(try await members.register(facts, after: nil))
      let renewed = try await members.renew(first.term)
      #expect(renewed >= first.heartbeatAt)
      #expect(try await members.find(facts.id)?.heartbeatAt == renewed)
      facts.version = "2"
      let second = try #require(try await members.register(facts, after: 1))
      #expect(second.version == "2" && second.startedAt >= first.startedAt)
      await #expect(
        throws: StoreError.staleTerm(subject: "the member's heartbeat", term: first.term)
      ) {
        try await members.renew(first.term)
      }
      #expect(try await members.find(MemberID("none")) == nil)
    }
  }

  @Test(arguments: Engine.all) func `of many processes with one UUID each gets its own incarnation`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let facts = MemberFacts(
        id: MemberID("m"), name: "one", url: "http://one", version: "1", hostname: "h")
      let taken = try await withThrowingTaskGroup(of: Int64?.self) { group in
        for _ in 0..<8 {
          group.addTask { try await store.ask.members.register(facts, after: nil)?.incarnation }
        }
        return try await group.compactMap { $0 }.reduce(into: []) { $0.append($1) }
      }
      #expect(taken == [1])
    }
  }
}
