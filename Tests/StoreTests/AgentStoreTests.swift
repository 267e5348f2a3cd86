import Model
import Store
import TestSupport
import Testing

@Suite struct AgentStoreTests {
  private static func facts(_ name: String, host: String = "h") -> AgentStore.Facts {
    AgentStore.Facts(
      node: Node(name: name, tags: ["web"], attributes: ["hostname": host]), version: "1.0",
      bootID: "boot")
  }

  @Test(arguments: Engine.all)
  func `an enrolled agent is found by id and by name`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let agents = store.ask.agents
      try await agents.enrol(AgentID("b"), credentialDigest: "d", facts: Self.facts("beta"))
      try await agents.enrol(AgentID("a"), credentialDigest: "d", facts: Self.facts("alpha"))
      let found = try await agents.find(AgentID("b"))
      #expect(found?.name == "beta" && found?.node.tags == ["web"] && found?.hostname == "h")
      #expect(try await agents.find(name: "alpha")?.id == AgentID("a"))
      #expect(try await agents.find(AgentID("c")) == nil)
      #expect(try await agents.all().map(\.name) == ["alpha", "beta"])
    }
  }

  @Test(arguments: Engine.all)
  func `a taken name is refused, and a new credential keeps the identity`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let agents = store.ask.agents
      try await agents.enrol(AgentID("a"), credentialDigest: "1", facts: Self.facts("alpha"))
      let refused = await #expect(throws: StoreError.self) {
        try await agents.enrol(AgentID("b"), credentialDigest: "2", facts: Self.facts("alpha"))
      }
      #expect(refused?.isUniqueViolation == true)
      let kept = try await agents.reenrol(credentialDigest: "3", facts: Self.facts("alpha"))
      #expect(kept == AgentID("a"))
      #expect(try await agents.find(AgentID("a"))?.credentialDigest == "3")
      #expect(try await agents.reenrol(credentialDigest: "4", facts: Self.facts("x")) == nil)
    }
  }

  @Test(arguments: Engine.all)
  func `an agent's condition and its own patience are kept`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let agents = store.ask.agents
      try await agents.enrol(AgentID("a"), credentialDigest: "1", facts: Self.facts("alpha"))
      let record = try #require(try await agents.find(AgentID("a")))
      #expect(record.statement == nil && record.statedAt == nil && record.lostAfter == nil)
      let statement = AgentStatement(
        spoolBytes: 1, spoolLimit: 2, freeBytes: .max, reserveBytes: 4, running: 5, waiting: 6,
        blocked: 7, stepLimit: nil, droppedBytes: 8, reasons: ["full"])
      try await agents.note(statement, of: AgentID("a"))
      var facts = Self.facts("alpha")
      facts.awayAfter = .milliseconds(90_500)
      facts.lostAfter = .seconds(7_200)
      let holder = StreamHolder(Term(member: MemberID("m"), incarnation: 1), number: 1)
      #expect(try await agents.connect(record, facts: facts, to: holder))
      let found = try #require(try await agents.find(AgentID("a")))
      #expect(found.statement == statement && found.statedAt != nil)
      #expect(found.awayAfter == .milliseconds(90_500) && found.lostAfter == .seconds(7_200))
      let sighting = try await store.ask.assignments.sightings(of: [AgentID("a")]).first
      #expect(sighting?.awayAfter == .milliseconds(90_500))
      #expect(sighting?.lostAfter == .seconds(7_200))
      // The next hello without them goes back to the control plane's.
      #expect(try await agents.connect(record, facts: Self.facts("alpha"), to: holder))
      #expect(try await agents.find(AgentID("a"))?.awayAfter == nil)
    }
  }

  @Test(arguments: Engine.all)
  func `what an agent says of itself cannot rename it`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let agents = store.ask.agents
      try await agents.enrol(AgentID("a"), credentialDigest: "1", facts: Self.facts("alpha"))
      let record = try #require(try await agents.find(AgentID("a")))
      #expect(try await agents.update(record, facts: Self.facts("other", host: "new")))
      try await agents.touch([AgentID("a"), AgentID("gone")])
      let updated = try #require(try await agents.find(AgentID("a")))
      #expect(updated.name == "alpha" && updated.node.name == "alpha")
      #expect(updated.hostname == "new" && updated.seenAt >= record.seenAt)
      #expect(try await agents.delete(AgentID("a")))
      #expect(try await agents.delete(AgentID("a")) == false)
      #expect(try await agents.update(record, facts: Self.facts("alpha")) == false)
    }
  }
}
