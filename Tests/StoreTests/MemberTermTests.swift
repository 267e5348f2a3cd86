import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct MemberTermTests {
  @Test(arguments: Engine.all) func `a member is stored with what it says of itself`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      var facts = ExecutionFixture.facts("m")
      facts.tags = ["red", "fast one"]
      facts.session = MemberSession("quarterdeck 1")
      let record = try #require(try await fixture.members.register(facts, after: nil))
      #expect(record.tags == facts.tags && record.session?.name == "quarterdeck1")
      #expect(record.load == MemberLoad() && !record.isDraining && record.leftAt == nil)
      let load = MemberLoad(running: 3, capacity: 10, cpuPermille: 250)
      let at = try await fixture.members.heartbeat(record.term, load: load)
      try await fixture.members.setDraining(record.term, true)
      let found = try #require(try await fixture.members.find(facts.id))
      #expect(found.load == load && found.heartbeatAt == at && found.isDraining)
      #expect(try await fixture.members.all() == [found])
    }
  }

  @Test(arguments: Engine.all) func `a member that left has no term until it registers again`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let term = try await fixture.join("m")
      try await fixture.members.setDraining(term, true)
      #expect(try await fixture.members.markLeft(term))
      #expect(try await fixture.members.setDraining(term, false) == false)
      await #expect(throws: StoreError.self) {
        try await fixture.members.heartbeat(term, load: MemberLoad())
      }
      let next = try await fixture.join("m")
      let record = try await fixture.members.find(next.member)
      #expect(next.incarnation == 2 && record?.isDraining == false && record?.leftAt == nil)
    }
  }

  @Test(arguments: Engine.all) func `a second process with the UUID of a living one is refused`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let term = try await fixture.join("m")
      let facts = ExecutionFixture.facts("m")
      func register() async throws -> Int64? {
        let known = try await fixture.members.find(facts.id)?.incarnation
        return try await fixture.members.register(facts, after: known, aliveWithin: .seconds(60))?
          .incarnation
      }
      let error = await #expect(throws: StoreError.self) { try await register() }
      guard case .memberAlive(let twin)? = error else { throw try #require(error) }
      #expect(twin.term == term && error?.description.contains("alive as the member m") == true)
      try await fixture.silence(term, for: 61)
      #expect(try await register() == 2)
      try await fixture.members.markLeft(Term(member: facts.id, incarnation: 2))
      #expect(try await register() == 3)
      let a = try await fixture.join("a")
      let fenced = try await fixture.store.fence(
        Term(member: facts.id, incarnation: 3), deadFor: .seconds(-1),
        plan: HandoverPlan(evenlyOver: [a]), by: a)
      #expect(fenced != nil)
      #expect(try await register() == 4)
    }
  }

  @Test func `a process whose connections are all closed is no living twin`() async throws {
    try await TwoProcesses.with { mine, theirs in
      let (store, other) = (mine.store, theirs.store)
      var facts = ExecutionFixture.facts("m")
      facts.session = TwoProcesses.theirs
      _ = try await other.ask.members.register(facts, after: nil)
      facts.session = TwoProcesses.mine
      func register() async throws -> Int64? {
        try await store.ask.members.register(facts, after: 1, aliveWithin: .seconds(60))?
          .incarnation
      }
      await #expect(throws: StoreError.self) { try await register() }
      await other.database.close()
      try await TwoProcesses.waitUntil {
        (try? await register()) == 2
      }
      // A new term of this process itself.
      #expect(
        try await store.ask.members.register(facts, after: 2, aliveWithin: .seconds(60)) != nil)
    }
  }
}
