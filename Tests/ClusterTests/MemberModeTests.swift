import Cluster
import Model
import Store
import TestSupport
import Testing

@Suite struct MemberModeTests {
  private func mode(
    _ member: String, _ start: ExecutionMode? = nil, _ store: Store,
    notices: ClusterNotices? = nil, clock: ManualClock = ManualClock()
  ) async throws -> MemberMode {
    try await MemberMode.starting(
      MemberID(member), as: start, store: store, notices: notices, time: MonotonicTime(clock),
      logger: .silent)
  }

  @Test(arguments: Engine.all) func `the configured mode holds from the start, else the last one`(
    on engine: Engine
  ) async throws {
    try await engine.withStore { store in
      let fresh = try await mode("m", nil, store).current
      let configured = try await mode("m", .passive, store).current
      let stored = try await store.ask.executionModes.mode(of: MemberID("m"))
      let later = try await mode("m", nil, store).current
      let active = try await mode("m", .active, store).current
      #expect(
        [fresh, configured, stored, later, active] == [
          .active, .passive, .passive, .passive, .active,
        ])
    }
  }

  @Test(arguments: Engine.all) func `one's own mode is complete at once, another's is pending`(
    on engine: Engine
  ) async throws {
    try await engine.withStore { store in
      let member = try await TestMember.begin("m", store)
      let other = try await TestMember.begin("o", store)
      let own = try await mode("m", nil, store)
      let clock = ManualClock()
      let theirs = try await mode("o", nil, store, clock: clock)
      let complete = try await own.set(.passive, of: member.facts.id, by: "admin")
      #expect(complete.status == .complete && own.current == .passive)
      let pending = try await own.set(.passive, of: other.facts.id, by: "admin")
      #expect(pending.status == .pending && pending.uuid == other.facts.id)
      #expect(theirs.current == .active)
      let running = Task { try await theirs.run() }
      var changes = theirs.changes().makeAsyncIterator()
      #expect(await changes.next() == .active)
      await clock.sleepers()
      clock.advance(by: .seconds(10))
      #expect(await changes.next() == .passive)
      running.cancel()
      _ = await running.result
      let decisions = try await store.ask.decisions.list(DecisionQuery(kinds: [.mode]))
      #expect(decisions.first?.decision.reason == "admin made the member o passive.")
    }
  }

  @Test(arguments: Engine.all) func `a notice wakes the other member`(on engine: Engine)
    async throws
  {
    try await engine.withStore { store in
      let other = try await TestMember.begin("o", store)
      let notices = ClusterNotices(
        store: store, session: MemberSession("o"), logger: .silent)
      let theirs = try await mode("o", nil, store, notices: notices)
      let tasks = [Task { try await notices.run() }, Task { try await theirs.run() }]
      var changes = theirs.changes().makeAsyncIterator()
      #expect(await changes.next() == .active)
      let own = try await mode("m", nil, store)
      _ = try await own.set(.passive, of: other.facts.id, by: "admin")
      #expect(await changes.next() == .passive)
      for task in tasks { task.cancel() }
      for task in tasks { _ = await task.result }
    }
  }

  @Test func `a member that never registered has no mode to change`() async throws {
    try await Engine.sqlite.withStore { store in
      let own = try await mode("m", nil, store)
      await #expect(throws: StoreError.notFound(kind: "member", key: "nobody")) {
        try await own.set(.passive, of: MemberID("nobody"), by: "admin")
      }
    }
  }
}
