import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct AssignmentStoreTests {
  private static let at = Instant(microseconds: 99)
  private static let agent = AgentID("a")

  @Test(arguments: Engine.all) func `an assignment goes from assigned over running to ended`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      try await fixture.assign(3)
      let assigned = try #require(try await fixture.assignments.find(AssignmentID(3)))
      #expect(assigned.state == .assigned && assigned.epoch == Epoch(1))
      #expect(assigned.specification == [1, 0, 2] && assigned.spoolOffset == 0)
      let started = AssignmentProgress(
        id: assigned.id, agent: Self.agent, from: 0, to: 40, startedAt: Self.at)
      #expect(try await fixture.assignments.advance(started))
      #expect(try await fixture.assignments.advance(started) == false)
      let running = try await fixture.assignments.find(assigned.id)
      #expect(running?.state == .running && running?.startedAt == Self.at)
      let ended = AssignmentProgress(
        id: assigned.id, agent: Self.agent, from: 40, to: 90,
        ended: .init(.exited(code: 3), at: Self.at))
      #expect(try await fixture.assignments.advance(ended))
      let last = try await fixture.assignments.find(assigned.id)
      #expect(last?.state == .ended && last?.outcome == .exited(code: 3))
      #expect(last?.spoolOffset == 90 && last?.startedAt == Self.at && last?.endedAt == Self.at)
      #expect(try await fixture.assignments.toPush(for: Self.agent).isEmpty)
    }
  }

  @Test(arguments: Engine.all) func `another agent's word counts nothing`(on engine: Engine)
    async throws
  {
    try await ExecutionFixture.with(engine) { fixture in
      try await fixture.assign(3)
      let report = AssignmentProgress(
        id: AssignmentID(3), agent: AgentID("b"), from: 0, to: 40,
        ended: .init(.exited(code: 0), at: Self.at))
      #expect(try await fixture.assignments.advance(report) == false)
      #expect(try await fixture.assignments.find(AssignmentID(3))?.state == .assigned)
    }
  }

  @Test(arguments: Engine.all)
  func `only what nobody reported on is withdrawn, but all can be lost`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      for number in 1...3 { try await fixture.assign(Int64(number), step: "\(number)") }
      let begun = AssignmentProgress(id: AssignmentID(2), agent: Self.agent, from: 0, to: 40)
      #expect(try await fixture.assignments.advance(begun))
      let owner = ExecutionFixture.owner
      let outcome = AssignmentOutcome.notStarted(message: "m")
      #expect(
        try await fixture.rows(
          .withdraw(AssignmentID(1), outcome: outcome, at: Self.at, by: owner),
          .withdraw(AssignmentID(1), outcome: outcome, at: Self.at, by: owner),
          .withdraw(AssignmentID(2), outcome: outcome, at: Self.at, by: owner),
          .lose(AssignmentID(2), outcome: .lost(reason: "r"), at: Self.at, by: owner),
          .lose(AssignmentID(1), outcome: .lost(reason: "r"), at: Self.at, by: owner))
          == [1, 0, 0, 1, 0])
      let all = try await fixture.assignments.all(of: ExecutionID(7))
      #expect(all.map(\.outcome) == [outcome, .lost(reason: "r"), nil])
      #expect(try await fixture.assignments.toPush(for: Self.agent).map(\.id.number) == [3])
    }
  }

  @Test(arguments: Engine.all) func `kills are noted once and only for what is open`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      for number in 1...2 { try await fixture.assign(Int64(number), step: "\(number)") }
      let owner = ExecutionFixture.owner
      let later = Instant(microseconds: 200)
      #expect(
        try await fixture.rows(
          .lock(AssignmentID(1)), .lock(AssignmentID(9)),
          .withdraw(AssignmentID(1), outcome: .killed, at: Self.at, by: owner),
          .requestKills(at: Self.at, by: owner), .requestKills(at: later, by: owner))
          == [1, 0, 1, 1, 1])
      let all = try await fixture.assignments.all(of: ExecutionID(7))
      #expect(all.map(\.killRequestedAt) == [nil, Self.at])
    }
  }

  @Test(arguments: Engine.all) func `a repeated assignment is written once`(on engine: Engine)
    async throws
  {
    try await ExecutionFixture.with(engine) { fixture in
      try await fixture.assign(1)
      try await fixture.assign(1)
      #expect(try await fixture.assignments.all(of: ExecutionID(7)).count == 1)
      let error = await #expect(throws: StoreError.self) { try await fixture.assign(2) }
      #expect(error?.isUniqueViolation == true)
      try await fixture.assign(2, attempt: 2)
    }
  }

  @Test(arguments: Engine.all) func `an agent's silence is measured by the database's clock`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      let agents = fixture.store.ask.agents
      let facts = AgentStore.Facts(
        node: Node(name: "host"), version: "1", bootID: "b")
      try await agents.enrol(Self.agent, credentialDigest: "d", facts: facts)
      let now = try await fixture.store.now()
      let fresh = try await fixture.assignments.sightings(of: [Self.agent, AgentID("gone")])
      #expect(fresh.map(\.agent) == [Self.agent])
      #expect(fresh[0].silence < .seconds(60))
      let hour: Int64 = 3_600_000_000
      try await fixture.store.ask.run(
        "UPDATE agent SET seen_at = $1", [.integer(now.microseconds - hour)])
      let silent = try await fixture.assignments.sightings(of: [Self.agent])[0]
      #expect(silent.silence >= .seconds(3600) && silent.silence < .seconds(3660))
      #expect(silent.seenAt == Instant(microseconds: now.microseconds - hour))
      #expect(try await fixture.assignments.sightings(of: []).isEmpty)
    }
  }
}
