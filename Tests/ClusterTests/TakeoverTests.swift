import Cluster
import Model
import Store
import TestSupport
import Testing

@Suite struct TakeoverTests {
  private func takeover(_ member: TestMember, _ settings: TakeoverSettings = TakeoverSettings())
    -> Takeover
  {
    Takeover(
      store: member.store, terms: member.terms, databaseTime: member.databaseTime,
      timing: member.timing, settings: settings, time: member.time, logger: .silent)
  }

  /// Runs `takeover` and moves the member's clock, renewing it and `others`, until something is there.
  private func run<Value>(
    _ takeover: Takeover, of member: TestMember, _ others: [TestMember] = [],
    until look: () async throws -> Value?
  ) async throws -> Value {
    let running = Task { try await takeover.run() }
    defer { running.cancel() }
    while true {
      if let value = try await look() { return value }
      await member.clock.sleepers()
      for living in [member] + others { try await renew(living, at: member.databaseTime.now()) }
      member.clock.advance(by: .milliseconds(500))
      member.terms.renewed(member.term, sent: member.time.now)
    }
  }

  /// A heartbeat at a time that moves with the test's clock.
  private func renew(_ member: TestMember, at instant: Instant) async throws {
    try await member.store.ask.run(
      "UPDATE member SET heartbeat_at = $1 WHERE uuid = $2 AND fenced_at IS NULL",
      [.integer(instant.microseconds), .text(member.facts.id.text)])
  }

  @Test(arguments: Engine.all) func `a dead member is fenced, and the living are left alone`(
    on engine: Engine
  ) async throws {
    try await engine.withStore { store in
      let dead = try await TestMember.begin("d", store)
      let member = try await TestMember.begin("a", store)
      let other = try await TestMember.begin("b", store)
      try await store.age("d", by: .seconds(60))
      let fenced = try await run(takeover(member), of: member, [other]) {
        try await store.ask.members.find(dead.facts.id).flatMap { $0.fencedAt == nil ? nil : $0 }
      }
      #expect(fenced.fencedBy == member.facts.id)
      #expect(member.time.now >= .seconds(5))
      #expect(try await store.ask.members.find(other.facts.id)?.fencedAt == nil)
      let decisions = try await store.ask.decisions.list(DecisionQuery(kinds: [.fence]))
      #expect(decisions.map(\.decision.subject) == [dead.facts.id])
    }
  }

  @Test func `when nothing may be taken the reason is recorded once`() async throws {
    try await Engine.sqlite.withStore { store in
      let dead = try await TestMember.begin("d", store)
      let member = try await TestMember.begin("a", store)
      try await store.age("d", by: .seconds(60))
      var settings = TakeoverSettings()
      settings.schedules.isEnabled = false
      let query = DecisionQuery(kinds: [.takeover])
      _ = try await run(takeover(member, settings), of: member) {
        member.time.now > .seconds(12) ? true : nil
      }
      let decisions = try await store.ask.decisions.list(query)
      #expect(decisions.map(\.decision.subject) == [dead.facts.id])
      #expect(decisions.first?.decision.reason.contains("autotakeover is switched off") == true)
      #expect(try await store.ask.members.find(dead.facts.id)?.fencedAt == nil)
    }
  }

  @Test func `a passive member gives away and gets nothing`() async throws {
    try await Engine.sqlite.withStore { store in
      let dead = try await TestMember.begin("d", store)
      let member = try await TestMember.begin("a", store)
      let other = try await TestMember.begin("b", store)
      try await store.ask.executionModes.set(.passive, of: member.facts.id)
      try await store.ask.executionModes.set(.passive, of: other.facts.id)
      try await store.age("d", by: .seconds(60))
      let query = DecisionQuery(kinds: [.takeover])
      let told = try await run(takeover(member), of: member, [other]) {
        try await store.ask.decisions.list(query).first
      }
      #expect(told.decision.reason.contains("no active member"))
      try await store.ask.executionModes.set(.active, of: other.facts.id)
      _ = try await run(takeover(member), of: member, [other]) {
        try await store.ask.members.find(dead.facts.id)?.fencedAt
      }
    }
  }

  @Test func `a member that left and owns nothing is not fenced`() async throws {
    try await Engine.sqlite.withStore { store in
      let left = try await TestMember.begin("l", store)
      let member = try await TestMember.begin("a", store)
      try await store.ask.members.markLeft(left.term)
      try await store.age("l", by: .seconds(60))
      _ = try await run(takeover(member), of: member) {
        member.time.now > .seconds(12) ? true : nil
      }
      #expect(try await store.ask.members.find(left.facts.id)?.fencedAt == nil)
    }
  }
}
