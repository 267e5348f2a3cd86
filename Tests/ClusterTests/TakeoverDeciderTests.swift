import Model
import Store
import Testing

@testable import Cluster

@Suite struct TakeoverDeciderTests {
  private static let timing = ClusterTiming()
  private let own = MemberID("a")
  private let dead = Term(member: MemberID("d"), incarnation: 7)

  /// Members whose heartbeats are fresh at `second`, and the dead one's, which is from second 0.
  private func members(_ names: String..., at second: Int64) -> [MemberStanding] {
    names.map {
      MemberStanding(term: Term(member: MemberID($0), incarnation: 1), heartbeatAt: Self.at(second))
    } + [MemberStanding(term: dead, heartbeatAt: Self.at(0))]
  }

  private static func at(_ second: Int64) -> Instant { Instant(microseconds: second * 1_000_000) }

  private static func moment(
    _ milliseconds: Int64, judgingSince: Duration = .seconds(-100)
  ) -> TakeoverDecider.Moment {
    .init(
      now: Instant(microseconds: milliseconds * 1000), monotonic: .milliseconds(milliseconds),
      judgingSince: judgingSince)
  }

  private func decider(_ settings: TakeoverSettings = TakeoverSettings()) -> TakeoverDecider {
    TakeoverDecider(timing: Self.timing, settings: settings)
  }

  @Test func `a member is dead when its heartbeat is, and nobody waits longer than that`() {
    var decider = decider()
    let first = decider.decide(members("a", at: 0), own: own, at: Self.moment(1000))
    #expect(first.fencings.isEmpty)
    #expect(first.wakeAfter == .seconds(2))
    let second = decider.decide(members("a", at: 3), own: own, at: Self.moment(4000))
    #expect(second.wakeAfter == .milliseconds(1010))
    let third = decider.decide(members("a", at: 5), own: own, at: Self.moment(5010))
    #expect(third.fencings.map(\.dead) == [dead])
    #expect(third.fencings.first?.silence == .milliseconds(5010))
  }

  @Test func `a heartbeat that was seen only just now is watched for the time of its trust`() {
    var decider = decider()
    let jumped = decider.decide(members("a", at: 600), own: own, at: Self.moment(600_000))
    #expect(jumped.fencings.isEmpty)
    let later = decider.decide(members("a", at: 603), own: own, at: Self.moment(603_000))
    #expect(later.fencings.map(\.dead) == [dead])
  }

  @Test func `after an outage everybody gets the time to come back`() {
    var decider = decider()
    _ = decider.decide(members("a", at: 1), own: own, at: Self.moment(1000))
    let back = Self.moment(61_000, judgingSince: .milliseconds(60_500))
    #expect(decider.decide(members("a", at: 61), own: own, at: back).fencings.isEmpty)
    let later = Self.moment(65_510, judgingSince: .milliseconds(60_500))
    #expect(decider.decide(members("a", at: 65), own: own, at: later).fencings.count == 1)
  }

  @Test func `an attempt that came to nothing is made again after the pause`() {
    var settings = TakeoverSettings()
    settings.schedules.pause = .seconds(30)
    var decider = decider(settings)
    _ = decider.decide(members("a", at: 1), own: own, at: Self.moment(1000))
    for (second, count) in [(6, 1), (7, 0), (35, 0), (36, 1)] as [(Int64, Int)] {
      let decision = decider.decide(
        members("a", at: second), own: own, at: Self.moment(second * 1000))
      #expect(decision.fencings.count == count, "second \(second)")
    }
  }

  @Test func `only active members that begin runs get something, by what they have free`() {
    var all = members("a", "b", "c", "e", "f", at: 6)
    all[0].capacity = 10
    all[0].running = 4
    all[1].capacity = 10
    all[1].running = 7
    all[2].isDraining = true
    all[3].mode = .passive
    all[4].heartbeatAt = Self.at(2)
    let fencing = decided(all)
    #expect(fencing?.plan.executions.map(\.member.text) == ["a", "b", "a"])
    #expect(fencing?.plan.schedules == [nil: ["a", "b", "a"].map { MemberID($0) }])
  }

  private func decided(
    _ members: [MemberStanding], _ settings: TakeoverSettings = TakeoverSettings()
  ) -> TakeoverDecision.Fencing? {
    var decider = decider(settings)
    _ = decider.decide(members, own: own, at: Self.moment(1000))
    return decider.decide(members, own: own, at: Self.moment(6000)).fencings.first
  }

  @Test func `without an active member nothing is taken, and it is tried again soon`() {
    var all = members("a", at: 6)
    all[0].mode = .passive
    var decider = decider()
    _ = decider.decide(all, own: own, at: Self.moment(1000))
    let decision = decider.decide(all, own: own, at: Self.moment(6000))
    #expect(decision.fencings.isEmpty)
    #expect(decision.leftAlone.map(\.dead) == [dead])
    #expect(decision.wakeAfter == .seconds(1))
  }

  @Test func `nothing is taken that the rules do not allow`() {
    var settings = TakeoverSettings()
    settings.schedules.isEnabled = false
    #expect(decided(members("a", at: 6), settings) == nil)
    settings.schedules = TakeoverRule(policy: .only([MemberID("z")]))
    #expect(decided(members("a", at: 6), settings) == nil)
    settings.schedules = TakeoverRule(policy: .only([dead.member]))
    settings.executions.isEnabled = false
    let fencing = decided(members("a", at: 6), settings)
    #expect(fencing?.plan.schedules == [nil: [own]])
    #expect(fencing?.plan.executions == [])
    #expect(fencing?.plan.endReason.contains("recoverExecutions is switched off") == true)
  }

  @Test func `both move together at the longer of the two delays`() {
    var settings = TakeoverSettings()
    settings.schedules.delay = .seconds(60)
    settings.executions.delay = .seconds(30)
    var decider = decider(settings)
    _ = decider.decide(members("a", at: 1), own: own, at: Self.moment(1000))
    #expect(decider.decide(members("a", at: 64), own: own, at: Self.moment(64_000)).fencings == [])
    #expect(
      decider.decide(members("a", at: 66), own: own, at: Self.moment(65_010)).fencings.count == 1)
  }

  @Test func `the remote-execution policy names the takers of each project`() {
    var settings = TakeoverSettings()
    settings.schedules.policy = .remoteExecution
    var decider = TakeoverDecider(timing: Self.timing, settings: settings) { dead, survivors in
      #expect(dead == MemberID("d"))
      #expect(survivors.count == 2)
      return ["p": [MemberID("b"), MemberID("gone")], nil: []]
    }
    let all = members("a", "b", at: 6)
    _ = decider.decide(all, own: own, at: Self.moment(1000))
    let fencing = decider.decide(all, own: own, at: Self.moment(6000)).fencings.first
    #expect(fencing?.plan.schedules == ["p": [MemberID("b")], nil: []])
  }

  @Test func `those that were fenced or left with nothing are over`() {
    var all = members("a", at: 6)
    all[1].isFenced = true
    #expect(decided(all) == nil)
    all[1].isFenced = false
    all[1].hasLeft = true
    all[1].ownsNothing = true
    #expect(decided(all) == nil)
    all[1].ownsNothing = false
    #expect(decided(all)?.dead == dead)
  }
}
