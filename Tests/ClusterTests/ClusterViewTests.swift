import Cluster
import Model
import Store
import TestSupport
import Testing

@Suite struct ClusterViewTests {
  private static let now = Instant(microseconds: 100_000_000)

  private static func standing(_ age: Duration) -> MemberStanding {
    MemberStanding(
      term: Term(member: MemberID("m"), incarnation: 1),
      heartbeatAt: now.advanced(by: .zero - age))
  }

  @Test(arguments: [
    (Duration.zero, MemberState.active), (.milliseconds(2999), .active), (.seconds(3), .inactive),
    (.milliseconds(4999), .inactive), (.seconds(5), .dead), (.seconds(-600), .active),
  ]) func `the age of the heartbeat says how a member stands`(age: Duration, state: MemberState) {
    #expect(Self.standing(age).state(at: Self.now, timing: ClusterTiming()) == state)
  }

  @Test func `what is stored for good goes before the age`() {
    var member = Self.standing(.zero)
    member.isDraining = true
    #expect(member.state(at: Self.now, timing: ClusterTiming()) == .draining)
    #expect(!member.isSurvivor(at: Self.now, timing: ClusterTiming()))
    member.isFenced = true
    #expect(member.state(at: Self.now, timing: ClusterTiming()) == .fenced)
    member.hasLeft = true
    #expect(member.state(at: Self.now, timing: ClusterTiming()) == .left)
    var silent = Self.standing(.seconds(9))
    silent.isDraining = true
    #expect(silent.state(at: Self.now, timing: ClusterTiming()) == .dead)
  }

  @Test(arguments: Engine.all) func `the view has every member with its mode and age`(
    on engine: Engine
  ) async throws {
    try await engine.withStore { store in
      _ = try await TestMember.begin("b", store)
      let member = try await TestMember.begin("a", store)
      try await store.ask.executionModes.set(.passive, of: member.facts.id)
      try await store.age("b", by: .seconds(7200))
      // Nobody renews the other one, however long the test takes.
      let timing = ClusterTiming(inactive: .seconds(3600), dead: .seconds(7200))
      let view = try await ClusterView.read(store, at: try await store.now(), timing: timing)
      #expect(view.members.map(\.record.id.text) == ["a", "b"])
      #expect(view.members.map(\.state) == [.active, .dead])
      #expect(view.members.map(\.mode) == [.passive, .active])
      #expect(view.members[1].heartbeatAge >= .seconds(7200))
      #expect(view.unownedSchedules == 0)
    }
  }
}
