import Model
import Testing

@testable import Cluster

@Suite struct RemoteExecutionConfigurationTests {
  @Test func `without any key executions stay where they are and nothing is wrong`() {
    let (profiles, problems) = RemoteExecutionProfiles.parse([:])
    #expect(problems.isEmpty)
    #expect(profiles == RemoteExecutionProfiles())
    #expect(profiles.profile(for: "x").policy == .none)
    #expect(profiles.isAsked(at: .run) && profiles.isAsked(at: .fire))
    #expect(!profiles.isAsked(at: .save))
  }

  @Test(arguments: [
    ("None", RemoteExecutionPolicy.none), ("Random", .random), ("RoundRobin", .roundRobin),
    ("Load", .load(LoadRule())), ("roundrobin", .roundRobin),
  ])
  func `each documented policy is read`(name: String, policy: RemoteExecutionPolicy) {
    #expect(PolicyScene.decider("policy = \(name)").profiles.standard.policy == policy)
  }

  @Test func `profiles have their own policy, bounds and projects`() throws {
    let profiles = PolicyScene.decider(
      "policy = Random", "profiles = profile1, profile2",
      "profile.profile1.projects=projectA, projectB", "profile.profile1.policy= RoundRobin",
      "profile.profile1.config.allowed = Self,/1C519C5A-4E78-4BE9-85EC-.+/",
      "profile.profile1.config.allowedTags = worker,secondary",
      "profile.profile1.config.preferredTags = linux+ssd",
      "profile.profile1.config.activeOnly = false", "profile.profile2.projects = projectC",
      "profile.profile2.policy = None"
    ).profiles
    let first = profiles.profile(for: "projectB")
    #expect(first.name == "profile1" && first.policy == .roundRobin)
    #expect(first.bounds.allowed?.description == "Self,/1C519C5A-4E78-4BE9-85EC-.+/")
    #expect(first.bounds.allowedTags?.alternatives == [["worker"], ["secondary"]])
    #expect(first.bounds.preferredTags?.alternatives == [["linux", "ssd"]])
    #expect(!first.bounds.isActiveOnly)
    #expect(profiles.profile(for: "projectC").policy == .none)
    #expect(profiles.profile(for: "projectD").name == nil)
    #expect(profiles.profile(for: "projectD").policy == .random)
  }

  @Test func `the documentation's preset profile is read, with activeOnly of the default`() {
    let profiles = PolicyScene.decider(
      "config.activeOnly = false", "profiles =Linux",
      "profile.Linux.projects=Example, Test1, Test2", "profile.Linux.policy=Preset",
      "profile.Linux.config.uuid=5d2a"
    ).profiles
    #expect(profiles.profile(for: "Test2").policy == .preset(MemberID("5d2a")))
    #expect(!profiles.profile(for: "Test2").bounds.isActiveOnly)
    #expect(profiles.profile(for: "Test3").policy == .none)
  }

  @Test func `the documentation's load keys are read`() {
    let profiles = PolicyScene.decider(
      "policy = Load", "config.criteria = threadRatio,load", "config.weights = 1.0,1.5",
      "config.groupWeight=4,3,2"
    ).profiles
    let rule = LoadRule(
      parts: [.init(.threadRatio, weight: 1), .init(.load, weight: 1.5)], groupWeights: [4, 3, 2])
    #expect(profiles.standard.policy == .load(rule))
  }

  @Test func `a switched-off feature leaves executions where they are, profiles included`() {
    let profiles = PolicyScene.decider(
      "enabled = false", "policy = Random", "profiles = p", "profile.p.projects = x",
      "profile.p.policy = RoundRobin"
    ).profiles
    #expect(profiles.profile(for: "x").policy == .none)
    #expect(profiles.profile(for: "y").policy == .none)
  }

  @Test func `a policy that is asked once is asked as the job is saved`() {
    let profiles = PolicyScene.decider(
      "rundeck.clusterMode.remoteScheduledExecutionPolicy.enabled = false"
    ).profiles
    #expect(profiles.isAsked(at: .save) && profiles.isAsked(at: .run))
    #expect(!profiles.isAsked(at: .fire))
  }

  @Test func `every documented key is known and accepted`() {
    var properties = Dictionary(
      uniqueKeysWithValues: RemoteExecutionKeys.all.map { ($0, "") })
    properties[RemoteExecutionKeys.cleanup] = "25"
    properties[RemoteExecutionKeys.abort] = "false"
    let (profiles, problems) = RemoteExecutionProfiles.parse(properties)
    #expect(problems.isEmpty)
    #expect(!profiles.isRemoteAbortEnabled)
    #expect(Set(RemoteExecutionKeys.all).count == RemoteExecutionKeys.all.count)
  }
}
