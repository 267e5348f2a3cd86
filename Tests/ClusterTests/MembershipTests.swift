import Cluster
import Model
import Store
import TestSupport
import Testing

@Suite struct MembershipTests {
  /// Runs the membership, and moves its clock from one wait of its to the next until `isDone`.
  private func run(
    _ member: TestMember, _ membership: Membership? = nil, until isDone: () async throws -> Bool
  ) async throws {
    let membership = membership ?? member.membership()
    let running = Task { try await membership.run() }
    while try await !isDone() {
      await member.clock.sleepers(1)
      member.clock.advance(by: .milliseconds(500))
    }
    running.cancel()
    _ = await running.result
  }

  @Test(arguments: Engine.all) func `a heartbeat carries the load and holds the term`(
    on engine: Engine
  ) async throws {
    try await engine.withStore { store in
      let member = try await TestMember.begin("m", store)
      let load = MemberLoad(running: 3, capacity: 8, cpuPermille: 250)
      try await run(member, member.membership(load: load)) {
        try await store.ask.members.find(member.facts.id)?.load == load && member.terms.held != nil
      }
      #expect(member.term.incarnation == 1)
    }
  }

  @Test(arguments: Engine.all) func `a fenced member begins its next term and is useful again`(
    on engine: Engine
  ) async throws {
    try await engine.withStore { store in
      let member = try await TestMember.begin("m", store)
      let other = try await TestMember.begin("o", store)
      let first = member.term
      try await store.age("m", by: .seconds(60))
      let plan = HandoverPlan(evenlyOver: [other.term])
      #expect(
        try await store.fence(first, deadFor: .seconds(5), plan: plan, by: other.term) != nil)
      var changes = member.terms.changes().makeAsyncIterator()
      #expect(await changes.next() == .some(first))
      let running = Task { try await member.membership().run() }
      await member.clock.sleepers(2)
      member.clock.advance(by: .seconds(1))
      var next = await changes.next()
      if next == .some(nil) { next = await changes.next() }
      #expect(next == .some(Term(member: first.member, incarnation: 2)))
      let decisions = try await wait {
        try await store.ask.decisions.list(DecisionQuery(kinds: [.registration])).first
      }
      #expect(decisions.decision.reason.contains("m#1 was ended by o"))
      running.cancel()
      _ = await running.result
    }
  }

  @Test func `a term that a newer process took ends the member with an error that names it`()
    async throws
  {
    try await Engine.sqlite.withStore { store in
      let member = try await TestMember.begin("m", store)
      _ = try await TestMember.begin("m", store)
      let running = Task { try await member.membership().run() }
      await member.clock.sleepers(2)
      member.clock.advance(by: .seconds(1))
      let error = await #expect(throws: MembershipError.self) { try await running.value }
      #expect(error?.description.contains("m#1") == true)
      #expect(error?.description.contains("on host host of m") == true)
      #expect(member.terms.held == nil)
    }
  }

  @Test func `after a lapse the same term is held again when nobody fenced it`() async throws {
    try await Engine.sqlite.withStore { store in
      let member = try await TestMember.begin("m", store)
      member.clock.advance(by: .seconds(60))
      #expect(member.terms.held == nil)
      try await run(member) { member.terms.held != nil }
      #expect(member.term.incarnation == 1)
    }
  }

  @Test func `a member that left is not renewed and not registered again`() async throws {
    try await Engine.sqlite.withStore { store in
      let member = try await TestMember.begin("m", store)
      try await store.ask.members.markLeft(member.term)
      member.terms.ended(member.term)
      let running = Task { try await member.membership().run() }
      await member.clock.sleepers(1)
      member.clock.advance(by: .seconds(1))
      await member.clock.sleepers(1)
      #expect(try await store.ask.members.find(member.facts.id)?.incarnation == 1)
      running.cancel()
      _ = await running.result
    }
  }

  @Test(arguments: [
    (Int64?.none, false, TermLoss.ended), (1, false, .ended), (1, true, .left),
    (2, false, .superseded), (2, true, .superseded),
  ]) func `the registration says how a term was lost`(
    incarnation: Int64?, hasLeft: Bool, loss: TermLoss
  ) {
    let term = Term(member: MemberID("m"), incarnation: 1)
    #expect(TermLoss(of: term, incarnation: incarnation, hasLeft: hasLeft) == loss)
  }
}

/// Looks until there is something: only for what gives no signal.
func wait<Value: Sendable>(for look: () async throws -> Value?) async throws -> Value {
  try await eventually("there is something", look)
}
