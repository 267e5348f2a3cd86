import Model
import Testing

@testable import Scheduler

@Suite struct SchedulerSettingsTests {
  private func read(
    _ values: [String: String]
  ) -> (settings: SchedulerSettings, problems: [SchedulerSettingProblem]) {
    var problems: [SchedulerSettingProblem] = []
    let settings = SchedulerSettings(values, problems: &problems)
    return (settings, problems)
  }

  @Test func `without keys the latest instant within a minute runs`() {
    let (settings, problems) = read(["server.port": "4440"])
    #expect(settings == SchedulerSettings())
    #expect(settings.catchUp == CatchUpPolicy(mode: .latest, window: 60))
    #expect(problems.isEmpty)
  }

  @Test func `Rundeck's keys count milliseconds`() {
    let (settings, problems) = read([
      "rundeck.feature.misfireDetection.enabled": "false",
      "rundeck.scheduler.misfire.threshold": "90500",
      "rundeck.scheduler.misfire.checkRate": "30000",
    ])
    #expect(problems.isEmpty)
    #expect(!settings.marksMisses)
    #expect(settings.catchUp.window == 91)
    #expect(settings.doubtPause == .seconds(30))
  }

  @Test func `Quarterdeck's keys win and take units`() {
    let (settings, problems) = read([
      "rundeck.scheduler.misfire.threshold": "90000",
      "quarterdeck.scheduler.catchUp.mode": " all ",
      "quarterdeck.scheduler.catchUp.window": "2h",
      "quarterdeck.scheduler.catchUp.rate": "17",
      "quarterdeck.scheduler.patience": "500ms",
      "quarterdeck.scheduler.poll": "3",
      "quarterdeck.scheduler.advance": "1m",
    ])
    #expect(problems.isEmpty)
    #expect(settings.catchUp == CatchUpPolicy(mode: .all, window: 7_200))
    #expect(settings.catchUpRate == 17)
    #expect(settings.patience == .milliseconds(500))
    #expect(settings.poll == .seconds(3))
    #expect(settings.advance == .seconds(60))
  }

  @Test(arguments: [
    ("rundeck.feature.misfireDetection.enabled", "maybe"),
    ("rundeck.scheduler.misfire.threshold", "0"),
    ("rundeck.scheduler.misfire.threshold", "-5"),
    ("rundeck.scheduler.misfire.checkRate", ""),
    ("quarterdeck.scheduler.catchUp.mode", "LATEST"),
    ("quarterdeck.scheduler.catchUp.window", "1 week"),
    ("quarterdeck.scheduler.catchUp.window", "99999999999999999999"),
    ("quarterdeck.scheduler.catchUp.window", "9223372036854775807d"),
    ("quarterdeck.scheduler.catchUp.rate", "0"),
    ("quarterdeck.scheduler.poll", "1ms"),
  ]) func `a value that is not allowed is named and leaves the default`(key: String, value: String)
  {
    let (settings, problems) = read([key: value])
    #expect(settings == SchedulerSettings())
    #expect(problems.map(\.key) == [key])
    #expect(problems.map(\.value) == [value])
  }
}
