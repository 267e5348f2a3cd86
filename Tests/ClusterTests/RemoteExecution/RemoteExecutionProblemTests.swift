import Model
import Testing

@testable import Cluster

@Suite struct RemoteExecutionProblemTests {
  @Test(arguments: [
    ("policy = Fastest", "policy", "one of None, Random, RoundRobin, Preset, Load"),
    ("config.allowed = Self,/[/", "config.allowed", AllowedMembers.form),
    ("config.allowed = /abc", "config.allowed", AllowedMembers.form),
    ("config.allowed = //", "config.allowed", AllowedMembers.form),
    ("config.allowed = ,", "config.allowed", AllowedMembers.form),
    ("config.allowedTags = a++b", "config.allowedTags", TagExpression.form),
    ("config.preferredTags = +", "config.preferredTags", TagExpression.form),
    ("config.activeOnly = maybe", "config.activeOnly", "true or false"),
    ("enabled = ja", "enabled", "true or false"),
    ("config.uuid = a,b", "config.uuid", "the UUID of one member"),
  ])
  func `a value that cannot be used is named with what is allowed`(
    line: String, key: String, allowed: String
  ) throws {
    let problem = try #require(PolicyScene.problems(line).first)
    #expect(problem.severity == .error)
    #expect(problem.key == PolicyScene.root + key)
    #expect(problem.allowed == allowed)
    #expect(problem.description.contains("\"\(try #require(problem.value))\""))
  }

  @Test(arguments: [
    "config.criteria = memory", "config.criteria = load,load", "config.criteria = ,",
    "config.weights = 1", "config.weights = 1,2,3", "config.weights = 1,-1",
    "config.weights = 0,0", "config.weights = 1,nan", "config.groupWeight = 1,,2",
    "config.groupWeight = 0,0", "config.groupWeight = a", "config.groupWeight = 1,inf",
    "cleanup.older.messages = 0",
  ])
  func `numbers and criteria are checked`(line: String) {
    let problems = PolicyScene.problems("policy = Load", line)
    #expect(problems.map(\.severity) == [.error])
  }

  @Test func `Preset without a member is an error`() {
    #expect(
      PolicyScene.problems("policy = Preset").map(\.description)
        == ["\(PolicyScene.root)config.uuid: the policy Preset needs the UUID of one member"])
  }

  @Test func `an expression that would not end, or is too deep or too long, is refused`() {
    let expressions = [
      "(.+)+[g-z]", String(repeating: "(", count: 400) + String(repeating: ")", count: 400),
      String(repeating: "a", count: 5_000),
    ]
    for expression in expressions {
      #expect(PolicyScene.problems("config.allowed = /\(expression)/").map(\.severity) == [.error])
    }
  }

  @Test func `a bad value counts as not given`() {
    let parsed = RemoteExecutionProfiles.parse(
      PolicyScene.properties(["policy = Random", "config.allowed = /(/"]))
    #expect(parsed.profiles.standard.policy == .random)
    #expect(parsed.profiles.standard.bounds.allowed == nil)
  }

  @Test func `what has no effect is a warning`() {
    let problems = PolicyScene.problems(
      "polcy = Random", "profiles = one, two, one", "profile.one.projects = x, y",
      "profile.one.policy = Random", "profile.two.projects = y", "profile.three.policy = Load",
      "profile.one.config.alowed = Self")
    #expect(problems.allSatisfy { $0.severity == .warning })
    #expect(
      Set(problems.map(\.key)) == [
        PolicyScene.root + "polcy", PolicyScene.root + "profiles",
        PolicyScene.root + "profile.two.policy", PolicyScene.root + "profile.two.projects",
        PolicyScene.root + "profile.three.policy", PolicyScene.root + "profile.one.config.alowed",
      ])
  }

  @Test func `of two profiles with one project the first counts`() {
    let parsed = RemoteExecutionProfiles.parse(
      PolicyScene.properties([
        "profiles = b, a", "profile.a.projects = x", "profile.a.policy = Random",
        "profile.b.projects = x", "profile.b.policy = RoundRobin",
      ]))
    #expect(parsed.profiles.profile(for: "x").name == "b")
    #expect(parsed.problems.map(\.key) == [PolicyScene.root + "profile.a.projects"])
  }
}
