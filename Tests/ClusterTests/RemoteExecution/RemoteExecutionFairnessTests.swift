import Model
import TestSupport
import Testing

@testable import Cluster

@Suite struct RemoteExecutionFairnessTests {
  private static func members(_ count: Int) -> [MemberCandidate] {
    (0..<count).map { PolicyScene.member("m\($0)") }
  }

  private static func spread(_ counts: [String: Int], over members: [MemberCandidate]) -> Int {
    let all = members.map { counts[$0.id.text] ?? 0 }
    return (all.max() ?? 0) - (all.min() ?? 0)
  }

  private static func counted(_ range: Range<UInt64>) -> [RemoteExecutionTurn] {
    range.map { .counted($0) }
  }

  @Test(arguments: 1...7, [UInt64(0), 1, 5, 1_000_003])
  func `over counted turns no member is chosen twice more than another, whoever decides`(
    count: Int, first: UInt64
  ) {
    let members = Self.members(count)
    let decider = PolicyScene.decider("policy = RoundRobin")
    var dice = SeededGenerator(seed: first)
    for length: UInt64 in [3, 10, 101] {
      let counts = decider.counts(Self.counted(first..<first + length), members: members) { _ in
        members.randomElement(using: &dice)?.id ?? MemberID("")
      }
      #expect(Self.spread(counts, over: members) <= 1)
      #expect(counts.values.reduce(0, +) == Int(length))
    }
  }

  @Test(arguments: 2...7)
  func `what falls to members that are passed over is spread over the rest`(count: Int) {
    let members = Self.members(count)
    let decider = PolicyScene.decider("policy = RoundRobin")
    for gone in 1..<min(count, 3) {
      let without = Set(members.prefix(gone).map(\.id))
      let counts = decider.counts(
        Self.counted(17..<1_017), members: members, without: without
      ) { _ in members[0].id }
      let rest = Array(members.dropFirst(gone))
      // A round that is cut off at either end, for each way to come down to the rest.
      #expect(Self.spread(counts, over: rest) <= 1 + 2 * gone * gone)
      #expect(rest.reduce(0) { $0 + (counts[$1.id.text] ?? 0) } == 1_000)
    }
  }

  /// How the members that decide follow each other: a load balancer makes them alternate.
  @Test(arguments: 3...5, ["in turn", "in turn, shifted", "at random"])
  func `members that all forward to others are fair together`(count: Int, order: String) {
    let members = Self.members(count)
    let decider = PolicyScene.decider("policy = RoundRobin", "config.allowed = Other")
    var dice = SeededGenerator(seed: 7)
    let counts = decider.counts(Self.counted(0..<900), members: members) { turn in
      let index =
        switch order {
        case "in turn": turn.number
        case "in turn, shifted": turn.number + 1
        default: dice.next() >> 8
        }
      return members[Int(index % UInt64(count))].id
    }
    #expect(Self.spread(counts, over: members) <= 80)
  }

  @Test(arguments: 3...6)
  func `a member that forwards every second execution uses all others evenly`(count: Int) {
    let members = Self.members(count)
    let decider = PolicyScene.decider("policy = RoundRobin", "config.allowed = Other")
    let turns = (0..<800).map { RemoteExecutionTurn.counted($0 * 2) }
    let counts = decider.counts(turns, members: members) { _ in members[0].id }
    #expect(Self.spread(counts, over: Array(members.dropFirst())) <= 100)
    #expect(counts["m0"] == nil)
  }

  @Test(arguments: 2...5, [UInt64(1), 2, 3, 6, 60])
  func `with numbers of which only every nth asks no member is preferred`(count: Int, step: UInt64)
  {
    let members = Self.members(count)
    let decider = PolicyScene.decider("policy = RoundRobin")
    let turns = (0..<800).map { RemoteExecutionTurn.numbered($0 * step + 11) }
    let counts = decider.counts(turns, members: members) { _ in members[0].id }
    #expect(Self.spread(counts, over: members) <= (step == 1 ? 2 : 100))
  }

  @Test func `a member that comes or goes leaves the others in their turns' order`() {
    let decider = PolicyScene.decider("policy = RoundRobin")
    let chosen = (0..<6).map {
      decider.decide(Self.members(3), as: "m0", turn: $0).chosen?.text ?? ""
    }
    #expect(chosen == ["m0", "m1", "m2", "m0", "m1", "m2"])
  }

  @Test func `Random draws every member about equally often and shows no pattern`() {
    let members = Self.members(4)
    let decider = PolicyScene.decider("policy = Random")
    let counts = decider.counts(Self.counted(0..<2_000), members: members) { _ in members[0].id }
    #expect(Self.spread(counts, over: members) < 120)
    let chosen = (0..<1_000).map { decider.decide(members, as: "m0", turn: $0).chosen }
    let repeats = zip(chosen, chosen.dropFirst()).filter { $0 == $1 }.count
    #expect((190...310).contains(repeats))
  }
}
