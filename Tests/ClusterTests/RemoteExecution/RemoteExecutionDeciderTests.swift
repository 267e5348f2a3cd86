import Model
import Testing

@testable import Cluster

@Suite struct RemoteExecutionDeciderTests {
  private let three = PolicyScene.members("a", "b", "c")

  @Test func `None leaves the execution where it is`() {
    let decision = RemoteExecutionDecider(RemoteExecutionProfiles()).decide(three, as: "b")
    #expect(decision.policy == "None" && decision.profile == nil)
    #expect(decision.candidateTexts == ["b"] && decision.chosen == MemberID("b"))
    #expect(decision.reason(against: "a")?.contains("not the member that starts") == true)
    #expect(decision.reason == "The policy None leaves an execution on the member that starts it.")
  }

  @Test
  func `what no policy decides about is left to an active member when this one begins no runs`() {
    var members = PolicyScene.members("a", "b", "c")
    members[0].mode = .passive
    members[1].mode = .passive
    let decider = RemoteExecutionDecider(RemoteExecutionProfiles())
    let decision = decider.decideActive(members: members, self: MemberID("a"), turn: .counted(1))
    #expect(decision.chosen == MemberID("c") && decision.policy == "None")
    #expect(decision.reason(against: "b")?.contains("passive") == true)
    members[2].state = .dead
    let nobody = decider.decideActive(members: members, self: MemberID("a"), turn: .counted(1))
    #expect(nobody.chosen == nil && nobody.reason.contains("begins no runs"))
  }

  @Test(
    arguments: [
      (["policy = None"], nil), (["policy = Random"], 10), (["policy = Load"], 1),
      (["enabled = false", "policy = Load"], nil),
      (["profiles = a", "profile.a.policy = Load", "profile.a.projects = p"], 1),
    ] as [([String], Int?)])
  func `members are looked at with each heartbeat only where a policy compares their load`(
    lines: [String], seconds: Int?
  ) {
    let (profiles, _) = RemoteExecutionProfiles.parse(PolicyScene.properties(lines))
    let interval = profiles.lookInterval(ClusterTiming(heartbeat: .seconds(1), poll: .seconds(2)))
    #expect(interval == seconds.map { .seconds($0) })
  }

  @Test func `None needs no list of members`() {
    let decision = RemoteExecutionDecider(RemoteExecutionProfiles()).decide([], as: "b")
    #expect(decision.chosen == MemberID("b"))
  }

  @Test func `without allowed every member is a candidate, the deciding one included`() {
    let decision = PolicyScene.decider("policy = Random").decide(three, as: "b")
    #expect(decision.candidateTexts == ["a", "b", "c"])
  }

  @Test(arguments: [
    ("Self", ["b1"]), ("self", ["b1"]), ("Other", ["a1", "c1", "c2"]), ("c1", ["c1"]),
    ("/c.+/", ["c1", "c2"]), ("/c/", []), ("Self, /.2/", ["b1", "c2"]),
    ("/[ac]{1,2}1/,Self", ["a1", "b1", "c1"]), ("Self,Other", ["a1", "b1", "c1", "c2"]),
    ("A1", []),
  ])
  func `allowed names members by word, UUID and whole-matching expression`(
    allowed: String, candidates: [String]
  ) {
    let decision = PolicyScene.decider("policy = RoundRobin", "config.allowed = \(allowed)")
      .decide(PolicyScene.members("a1", "b1", "c1", "c2"), as: "b1")
    #expect(decision.candidateTexts == candidates)
    for member in decision.excluded {
      #expect(member.reason == "is not named by allowed \(allowed)")
    }
  }

  @Test func `the documentation's example of allowed members means itself and those it matches`() {
    let ids = ["1C519C5A-4E78-4BE9-85EC-0001", "1C519C5A-4E78-4BE9-85EC-", "2C519C5A", "own"]
    let decision = PolicyScene.decider(
      "policy = Random", "config.allowed = Self,/1C519C5A-4E78-4BE9-85EC-.+/"
    ).decide(ids.map { PolicyScene.member($0) }, as: "own")
    #expect(decision.candidateTexts == ["1C519C5A-4E78-4BE9-85EC-0001", "own"])
  }

  @Test(arguments: [
    ("worker,secondary", ["w", "s"]), ("worker+linux", ["w"]), ("*", ["f", "n", "s", "w"]),
    ("Self", ["f"]), ("Self,secondary", ["f", "s"]), ("self", []), ("Worker", []),
    ("worker+*", ["w"]), (" secondary , front + Self ", ["f", "s"]), ("worker+secondary", []),
  ])
  func `allowedTags is read with or, and, any and Self`(tags: String, candidates: [String]) {
    let members = [
      PolicyScene.member("f", tags: "front"), PolicyScene.member("n"),
      PolicyScene.member("s", tags: "secondary"), PolicyScene.member("w", tags: "worker, linux"),
    ]
    let decision = PolicyScene.decider("policy = RoundRobin", "config.allowedTags = \(tags)")
      .decide(members, as: "f")
    #expect(Set(decision.candidateTexts) == Set(candidates))
  }

  @Test func `a mismatch of tags is explained with both sides`() {
    let decision = PolicyScene.decider("policy = RoundRobin", "config.allowedTags = x+y")
      .decide([PolicyScene.member("a", tags: "b,a"), PolicyScene.member("n")], as: "a")
    #expect(decision.reason(against: "a") == "its tags a,b match none of allowedTags x+y")
    #expect(decision.reason(against: "n") == "it has no tags and matches none of allowedTags x+y")
  }

  @Test func `the documentation's example of allowed tags takes any other worker or secondary`() {
    let members = [
      PolicyScene.member("own", tags: "worker"), PolicyScene.member("a", tags: "worker,linux"),
      PolicyScene.member("b", tags: "secondary"), PolicyScene.member("c", tags: "linux"),
    ]
    let decision = PolicyScene.decider(
      "policy = RoundRobin", "config.allowed = Other", "config.allowedTags = worker,secondary"
    ).decide(members, as: "own")
    #expect(decision.candidateTexts == ["a", "b"])
  }

  @Test func `the documentation's example of preferred tags falls back to all others`() {
    let decider = PolicyScene.decider(
      "policy = RoundRobin", "config.allowed = Other", "config.allowedTags = *",
      "config.preferredTags = worker,secondary")
    var members = [
      PolicyScene.member("own", tags: "worker"), PolicyScene.member("a", tags: "worker"),
      PolicyScene.member("b"), PolicyScene.member("c", tags: "secondary"),
    ]
    #expect(decider.decide(members, as: "own").candidateTexts == ["a", "c"])
    #expect(
      decider.decide(members, as: "own").reason(against: "b")
        == "it has no tags and matches none of preferredTags worker,secondary")
    #expect(decider.decide(members, as: "own", without: ["a", "c"]).candidateTexts == ["b"])
    members[1].state = .dead
    members[3].state = .draining
    #expect(decider.decide(members, as: "own").candidateTexts == ["b"])
  }

  @Test func `Preset takes its member and nobody else`() {
    let decider = PolicyScene.decider(
      "policy = Preset", "config.uuid = c", "config.allowedTags = none")
    #expect(decider.decide(three, as: "a").chosen == MemberID("c"))
    #expect(decider.decide(three, as: "c").chosen == MemberID("c"))
    let gone = decider.decide(Array(three.dropLast()), as: "a")
    #expect(gone.chosen == nil && gone.reason == "The preset member c cannot carry it.")
    #expect(gone.reason(against: "a") == "is not the preset member c")
  }
}
