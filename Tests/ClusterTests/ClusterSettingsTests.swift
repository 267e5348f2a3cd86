import Model
import Testing

@testable import Cluster

@Suite struct ClusterSettingsTests {
  private func read(_ values: [String: String]) -> (ClusterSettings, [ClusterSettingsProblem]) {
    var problems: [ClusterSettingsProblem] = []
    let settings = ClusterSettings(
      Dictionary(uniqueKeysWithValues: values.map { ("rundeck.\($0.key)", $0.value) }),
      problems: &problems)
    return (settings, problems)
  }

  @Test func `without keys everything has its documented default`() {
    let (settings, problems) = read([:])
    #expect(problems.isEmpty)
    #expect(settings == ClusterSettings())
    #expect(settings.timing.heartbeat == .seconds(1))
    #expect(settings.timing.inactive == .seconds(3))
    #expect(settings.timing.dead == .seconds(5))
    #expect(settings.timing.trust == .milliseconds(2700))
    #expect(settings.takeover.delay(for: MemberID("x")) == .zero)
  }

  @Test func `a configuration of Rundeck's is understood in its units`() {
    let (settings, problems) = read([
      "clusterMode.enabled": "true", "clusterMode.heartbeat.interval": "30",
      "clusterMode.heartbeat.delay": "10", "clusterMode.heartbeat.considerInactive": "150",
      "clusterMode.heartbeat.considerDead": "300",
      "clusterMode.remoteExec.process.interval": "10",
      "clusterMode.autotakeover.enabled": "true", "clusterMode.autotakeover.policy": "Static",
      "clusterMode.autotakeover.config.allowed": "one, two",
      "clusterMode.autotakeover.delay": "60", "clusterMode.autotakeover.sleep": "300",
      "clusterMode.recoverExecutions.enabled": "false",
      "clusterMode.recoverExecutions.delay": "30",
      "clusterMode.recoverExecutions.sleep": "60", "executionMode": "passive",
      "server.tags": "web, secondary",
    ])
    #expect(problems.isEmpty)
    #expect(
      settings.timing
        == ClusterTiming(
          heartbeat: .seconds(30), firstHeartbeat: .seconds(10), inactive: .seconds(150),
          dead: .seconds(300), poll: .seconds(10)))
    #expect(settings.isCluster == true)
    #expect(settings.startMode == .passive)
    #expect(settings.tags == ["web", "secondary"])
    #expect(settings.takeover.schedules.policy == .only([MemberID("one"), MemberID("two")]))
    #expect(settings.takeover.delay(for: MemberID("one")) == .seconds(60))
    #expect(settings.takeover.pause(for: MemberID("one")) == .seconds(300))
    #expect(settings.takeover.schedules.refusal(for: MemberID("one")) == nil)
    #expect(settings.takeover.schedules.refusal(for: MemberID("three")) != nil)
  }

  @Test func `times that are not said follow those that are`() {
    #expect(read(["clusterMode.heartbeat.interval": "30"]).0.timing.dead == .seconds(150))
    let quick = read([
      "clusterMode.heartbeat.interval": "200ms", "clusterMode.heartbeat.considerDead": "1s",
    ])
    #expect(quick.1.isEmpty)
    #expect(quick.0.timing.inactive == .milliseconds(600))
    #expect(quick.0.timing.trust == .milliseconds(500))
  }

  @Test(arguments: [
    ("clusterMode.enabled", "maybe"), ("clusterMode.heartbeat.interval", "0"),
    ("clusterMode.heartbeat.interval", "1.5"), ("clusterMode.heartbeat.considerDead", "soon"),
    ("clusterMode.heartbeat.considerDead", "99999999999999999999"),
    ("clusterMode.autotakeover.policy", "Some"),
    ("clusterMode.recoverExecutions.policy", "RemoteExecution"),
    ("clusterMode.recoverExecutions.delay", "-1"), ("executionMode", "asleep"),
  ]) func `a value that cannot be used is named, and the default holds`(
    key: String, value: String
  ) {
    let (settings, problems) = read([key: value])
    #expect(problems.map(\.key) == ["rundeck.\(key)"])
    #expect(settings == ClusterSettings())
  }

  @Test func `times that contradict each other are refused together`() {
    let late = read([
      "clusterMode.heartbeat.interval": "2", "clusterMode.heartbeat.considerInactive": "3",
    ])
    #expect(late.1.map(\.key) == ["rundeck.clusterMode.heartbeat.considerInactive"])
    let early = read([
      "clusterMode.heartbeat.considerInactive": "5", "clusterMode.heartbeat.considerDead": "5",
    ])
    #expect(early.1.map(\.key) == ["rundeck.clusterMode.heartbeat.considerDead"])
    #expect(early.0.timing == ClusterTiming())
  }

  @Test func `a static policy without members is a problem, and takes from nobody`() {
    let (settings, problems) = read(["clusterMode.recoverExecutions.policy": "static"])
    #expect(problems.map(\.key) == ["rundeck.clusterMode.recoverExecutions.config.allowed"])
    #expect(settings.takeover.executions.refusal(for: MemberID("x")) != nil)
  }
}
