import Model
import Testing

@testable import Cluster

@Suite struct RemoteExecutionLoadTests {
  @Test func `the member with the lowest weighted load is chosen`() {
    let members = [
      PolicyScene.member("a", running: 1, cpu: 900), PolicyScene.member("b", running: 8, cpu: 100),
      PolicyScene.member("c", running: 4, cpu: 300),
    ]
    func chosen(_ lines: String...) -> MemberID? {
      let parsed = RemoteExecutionProfiles.parse(
        PolicyScene.properties(["policy = Load"] + lines))
      return RemoteExecutionDecider(parsed.profiles).decide(members, as: "a").chosen
    }
    #expect(chosen() == MemberID("c"))
    #expect(chosen("config.criteria = threadRatio") == MemberID("a"))
    #expect(chosen("config.criteria = load") == MemberID("b"))
    #expect(
      chosen("config.criteria = threadRatio,load", "config.weights = 1.0,1.5") == MemberID("c"))
    #expect(chosen("config.criteria = load,threadRatio", "config.weights = 1,9") == MemberID("a"))
  }

  @Test func `the decision tells what was compared`() {
    let decision = PolicyScene.decider("policy = Load", "config.weights = 1,3").decide(
      [
        PolicyScene.member("a", running: 5, cpu: 100), PolicyScene.member("b", running: 20, cpu: 7),
      ],
      as: "a", turn: 9)
    #expect(
      decision.criteria == [
        "a": "threadRatio 0.500, load 0.100, weighted 0.200",
        "b": "threadRatio 1.000, load 0.007, weighted 0.255", "turn": "9",
      ])
    #expect(decision.reason == "a has the lowest load, 0.200.")
  }

  @Test func `members of equal load take turns`() {
    let members = [
      PolicyScene.member("a"), PolicyScene.member("b", cpu: 10), PolicyScene.member("c"),
    ]
    let decider = PolicyScene.decider("policy = Load")
    let chosen = (0..<4).map { decider.decide(members, as: "a", turn: $0).chosen?.text ?? "" }
    #expect(chosen == ["a", "c", "a", "c"])
  }

  @Test func `a member that did not say its capacity has the thread ratio 0`() {
    let decision = PolicyScene.decider("policy = Load", "config.criteria = threadRatio").decide(
      [PolicyScene.member("a", running: 3, capacity: 0), PolicyScene.member("b", running: 1)],
      as: "a")
    #expect(decision.chosen == MemberID("a"))
  }

  /// Members m0, m1… by growing load; how often each was chosen in 1,800 turns.
  private func shares(_ weights: String, members count: Int) -> [Int] {
    let members = (0..<count).map { PolicyScene.member("m\($0)", cpu: $0 * 10) }
    let decider = PolicyScene.decider("policy = Load", "config.groupWeight = \(weights)")
    let counts = decider.counts(
      (0..<1_800).map { .counted($0) }, members: members, as: { _ in MemberID("m0") })
    return members.map { counts[$0.id.text] ?? 0 }
  }

  @Test func `the documentation's four groups choose from the least loaded quarter only`() {
    let shares = shares("1,0,0,0", members: 8)
    #expect(shares[2...].allSatisfy { $0 == 0 })
    #expect(shares[..<2].allSatisfy { (800...1_000).contains($0) })
  }

  @Test func `the documentation's three groups are chosen by 4 to 3 to 2`() {
    let shares = shares("4,3,2", members: 6)
    #expect(abs(shares[0] + shares[1] - 800) < 80)
    #expect(abs(shares[2] + shares[3] - 600) < 80)
    #expect(abs(shares[4] + shares[5] - 400) < 80)
    #expect(abs(shares[0] - shares[1]) < 80)
  }

  @Test func `members that cannot be cut evenly fill the groups as evenly as can be`() {
    let shares = shares("1,1,1", members: 10)
    #expect(abs(shares[..<4].reduce(0, +) - 600) < 80)
    #expect(abs(shares[4..<7].reduce(0, +) - 600) < 80)
  }

  @Test func `groups that nobody is in do not count`() {
    let shares = shares("1,5,1,5", members: 2)
    #expect(abs(shares[0] - 900) < 80)
    #expect(self.shares("0,1", members: 1) == [1_800])
    #expect(self.shares("0,0,0,1", members: 2) == [1_800, 0])
  }

  @Test func `a group's draw is explained`() {
    let members = [PolicyScene.member("a"), PolicyScene.member("b", cpu: 500)]
    let decision = PolicyScene.decider("policy = Load", "config.groupWeight = 0,1")
      .decide(members, as: "a")
    #expect(decision.reason == "Group 2 of 2 was drawn, and b from its 1.")
  }
}
