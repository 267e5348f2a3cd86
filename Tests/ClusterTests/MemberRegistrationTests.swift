import Cluster
import Model
import Store
import TestSupport
import Testing

@Suite struct MemberRegistrationTests {
  private func registration(_ store: Store, _ time: MonotonicTime, isAlone: Bool = false)
    -> MemberRegistration
  {
    MemberRegistration(store: store, time: time, isAlone: isAlone, logger: .silent)
  }

  @Test(arguments: Engine.all) func `each start is the next incarnation`(on engine: Engine)
    async throws
  {
    try await engine.withStore { store in
      let registration = registration(store, .continuous(), isAlone: true)
      let facts = TestMember.facts("m")
      #expect(try await registration.register(facts).record.incarnation == 1)
      #expect(try await registration.register(facts).record.incarnation == 2)
      let all = try await store.ask.members.all()
      #expect(all.map(\.term) == [Term(member: MemberID("m"), incarnation: 2)])
    }
  }

  @Test func `a killed process, whose connections are closed, holds up nothing`() async throws {
    try await Engine.postgresql.withStore { store in
      let registration = registration(store, MonotonicTime(ManualClock()))
      let first = TestMember.facts("m", session: "quarterdeck-one-\(UInt64.random(in: 0 ... .max))")
      let one = try await registration.register(first)
      let second = TestMember.facts("m", session: "quarterdeck-two")
      let two = try await registration.register(second)
      #expect([one, two].map(\.record.incarnation) == [1, 2])
    }
  }

  @Test(arguments: Engine.all) func `a process that renews while it is watched is not replaced`(
    on engine: Engine
  ) async throws {
    try await engine.withStore { store in
      let clock = ManualClock()
      let twin = try await TestMember.begin("m", store)
      let registering = Task {
        try await registration(store, MonotonicTime(clock)).register(TestMember.facts("m"))
      }
      await clock.sleepers()
      _ = try await store.ask.members.renew(twin.term)
      clock.advance(by: .milliseconds(250))
      let error = await #expect(throws: MembershipError.self) { try await registering.value }
      guard case .uuidInUse(let found, _)? = error else { return #expect(error == nil) }
      #expect(found.term == twin.term)
      let text = try #require(error?.description)
      #expect(text.contains("host of m") && text.contains("ms old"))
    }
  }

  @Test(arguments: Engine.all) func `a process that is stopped is replaced after considerInactive`(
    on engine: Engine
  ) async throws {
    try await engine.withStore { store in
      let clock = ManualClock()
      let twin = try await TestMember.begin("m", store)
      let registering = Task {
        try await registration(store, MonotonicTime(clock)).register(TestMember.facts("m"))
      }
      for _ in 0..<12 {
        await clock.sleepers()
        clock.advance(by: .milliseconds(250))
      }
      let registered = try await registering.value
      #expect(registered.record.incarnation == 2)
      #expect(registered.record.leftAt == nil)
      await #expect(throws: StoreError.self) { try await store.ask.members.renew(twin.term) }
    }
  }

  @Test func `a heartbeat that moves, and another term, are signs of life`() {
    var watch = TwinWatch(timing: ClusterTiming())
    let term = Term(member: MemberID("m"), incarnation: 1)
    let old = Instant(microseconds: -600_000_000)
    let pause = Duration.milliseconds(250)
    #expect(watch.saw(term, heartbeatAt: old, at: .zero) == .undecided(lookAfter: pause))
    var moved = watch
    #expect(moved.saw(term, heartbeatAt: Instant(microseconds: 0), at: pause) == .alive)
    var anew = watch
    let next = Term(member: MemberID("m"), incarnation: 2)
    #expect(anew.saw(next, heartbeatAt: old, at: pause) == .alive)
    let rest = Duration.milliseconds(1)
    #expect(
      watch.saw(term, heartbeatAt: old, at: .milliseconds(2999)) == .undecided(lookAfter: rest))
    #expect(watch.saw(term, heartbeatAt: old, at: .seconds(3)) == .silent)
  }
}
