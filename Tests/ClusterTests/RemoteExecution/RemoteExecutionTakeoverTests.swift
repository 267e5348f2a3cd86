import Model
import Testing

@testable import Cluster

@Suite struct RemoteExecutionTakeoverTests {
  private let dead = PolicyScene.member("d", tags: "worker", state: .dead)

  private func candidates(_ members: [MemberCandidate], _ lines: String...) -> [String] {
    let parsed = RemoteExecutionProfiles.parse(PolicyScene.properties(lines))
    return AutotakeoverCandidates(parsed.profiles)
      .candidates(for: nil, dead: dead.id, members: members + [dead]).map(\.text)
  }

  @Test(arguments: [
    "policy = None", "policy = Random", "config.allowed = Nobody", "enabled = false",
  ])
  func `without bounds every survivor may get schedules`(line: String) {
    #expect(candidates(PolicyScene.members("b", "a"), line) == ["a", "b"])
  }

  @Test(arguments: ["Self", "Other"])
  func `Self and Other name every survivor`(word: String) {
    let found = candidates(
      PolicyScene.members("a", "b"), "policy = RoundRobin", "config.allowed = \(word)",
      "config.allowedTags = Self")
    #expect(found == ["a", "b"])
  }

  @Test func `tags, UUIDs and preferences bind`() {
    let members = [
      PolicyScene.member("a", tags: "worker"), PolicyScene.member("b"),
      PolicyScene.member("c", tags: "worker,ssd"),
    ]
    #expect(candidates(members, "policy = Random", "config.allowedTags = worker") == ["a", "c"])
    #expect(candidates(members, "policy = Load", "config.preferredTags = ssd") == ["c"])
    #expect(candidates(members, "policy = RoundRobin", "config.allowed = b,/c/") == ["b", "c"])
    #expect(candidates(members, "policy = Preset", "config.uuid = b") == ["b"])
  }

  @Test func `members that are not there, or passive, get nothing`() {
    let members = MemberState.allCases.map { PolicyScene.member($0.rawValue, state: $0) }
    let passive = PolicyScene.member("p", mode: .passive)
    #expect(
      candidates(members + [passive], "policy = Random", "config.activeOnly = false") == ["active"])
  }

  @Test
  func `when the policy allows nobody all account for what falls due, if they ask again then`() {
    let preset = ["policy = Preset", "config.uuid = d"]
    let members = PolicyScene.members("a", "b")
    #expect(candidates(members, preset[0], preset[1]) == ["a", "b"])
    let once = "rundeck.clusterMode.remoteScheduledExecutionPolicy.enabled = false"
    #expect(candidates(members, preset[0], preset[1], once) == [])
  }

  @Test func `each project of a profile has its own list`() {
    let decider = PolicyScene.decider(
      "policy = Random", "profiles = linux", "profile.linux.projects = x, y",
      "profile.linux.policy = RoundRobin", "profile.linux.config.allowedTags = linux")
    let members = [PolicyScene.member("a", tags: "linux"), PolicyScene.member("b")]
    let shares = AutotakeoverCandidates(decider.profiles).byProject(dead: dead.id, members: members)
    let linux = [MemberID("a")]
    #expect(shares == [nil: [MemberID("a"), MemberID("b")], "x": linux, "y": linux])
  }

  @Test func `the takeover's question is answered for the survivors it names`() {
    func standing(_ id: String, tags: Set<String>) -> MemberStanding {
      MemberStanding(
        term: Term(member: MemberID(id), incarnation: 1), tags: tags,
        heartbeatAt: Instant(microseconds: 0))
    }
    let decider = PolicyScene.decider("policy = Random", "config.allowedTags = worker")
    let survivors = [standing("a", tags: ["worker"]), standing("b", tags: [])]
    let answer = AutotakeoverCandidates(decider.profiles).answer
    #expect(answer(dead.id, survivors) == [nil: [MemberID("a")]])
  }

  @Test func `a registration becomes a candidate with its state and silence`() {
    let standing = MemberStanding(
      term: Term(member: MemberID("m"), incarnation: 1), name: "one", tags: ["x"],
      heartbeatAt: Instant(microseconds: 0), mode: .passive, running: 2, capacity: 4)
    let candidate = MemberCandidate(
      standing, cpuPermille: 10, at: Instant(microseconds: 3_500_000), timing: ClusterTiming())
    #expect(candidate.state == .inactive && candidate.silence == .milliseconds(3_500))
    #expect(candidate.mode == .passive && candidate.name == "one" && candidate.tags == ["x"])
    #expect(candidate.threadRatio == 0.5 && candidate.cpuShare == 0.01)
  }
}
