import Model
import Testing

@testable import Cluster

@Suite struct RemoteExecutionExclusionTests {
  @Test(arguments: [
    (MemberState.inactive, "has not renewed for 7 s"),
    (.dead, "is dead: it has not renewed for 7 s"), (.fenced, "is fenced"),
    (.left, "has left the cluster"), (.draining, "is draining"),
  ])
  func `a member that is not there is never chosen, by no policy`(
    state: MemberState, reason: String
  ) {
    let absent = PolicyScene.member("a", state: state, silence: .seconds(7))
    let members = [absent, PolicyScene.member("b")]
    for policy in ["None", "Random", "RoundRobin", "Preset", "Load"] {
      let decision = PolicyScene.decider("policy = \(policy)", "config.uuid = a")
        .decide(members, as: "a")
      #expect(decision.chosen != MemberID("a"))
      #expect(decision.reason(against: "a") == reason)
    }
  }

  @Test func `passive members are left out unless activeOnly is false`() {
    let members = [PolicyScene.member("a", mode: .passive), PolicyScene.member("b")]
    let usual = PolicyScene.decider("policy = RoundRobin").decide(members, as: "b")
    #expect(usual.candidateTexts == ["b"] && usual.reason(against: "a") == "is passive")
    let wide = PolicyScene.decider("policy = RoundRobin", "config.activeOnly = false")
    #expect(wide.decide(members, as: "b").candidateTexts == ["a", "b"])
  }

  @Test func `when nobody qualifies nobody is chosen, not even the deciding member`() {
    let decision = PolicyScene.decider("policy = RoundRobin", "config.allowed = Other")
      .decide(PolicyScene.members("a"), as: "a")
    #expect(decision.chosen == nil && decision.candidates.isEmpty)
    #expect(decision.reason == "No member may be chosen.")
    #expect(decision.reason(against: "a") == "is not named by allowed Other")
  }

  @Test func `a member that did not claim in time is passed over`() throws {
    let decider = PolicyScene.decider("policy = RoundRobin")
    let members = PolicyScene.members("a", "b", "c")
    for turn: UInt64 in 0..<30 {
      let chosen = try #require(decider.decide(members, as: "a", turn: turn).chosen)
      let second = decider.decide(members, as: "a", turn: turn, without: [chosen.text])
      #expect(second.chosen != nil && second.chosen != chosen)
      #expect(second.reason(against: chosen.text)?.contains("did not claim") == true)
    }
  }

  @Test
  func `secure options stay with the member that starts the execution when they are not sealed`() {
    let decider = PolicyScene.decider(
      "policy = RoundRobin", "config.allowed = Other",
      "rundeck.clusterMode.messaging.encryption.enabled = false")
    let members = PolicyScene.members("a", "b")
    func decide(secure: Bool) -> RemoteExecutionDecision {
      decider.decide(
        project: "x", members: members, self: MemberID("a"), turn: .counted(1),
        carriesSecureOptions: secure)
    }
    #expect(decide(secure: true).chosen == MemberID("a"))
    #expect(decide(secure: true).reason.contains("secure options"))
    #expect(decide(secure: false).chosen == MemberID("b"))
  }

  @Test func `a member that is listed twice counts once`() {
    let decision = PolicyScene.decider("policy = RoundRobin")
      .decide(PolicyScene.members("a", "b", "a"), as: "a")
    #expect(decision.candidateTexts == ["a", "b"])
  }
}
