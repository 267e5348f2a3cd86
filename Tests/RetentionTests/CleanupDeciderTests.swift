import Model
import Retention
import Schedule
import Testing

@Suite struct CleanupDeciderTests {
  private static func schedule(_ crontab: String) throws -> Schedule {
    try Schedule(JobSchedule(crontab: crontab, timeZone: "Europe/Berlin"))
  }

  private static func at(_ text: Int64) -> Instant { Instant(microseconds: text * 1_000_000) }

  @Test func `the last instant up to now is due, however many were missed`() throws {
    for crontab in [
      "* * * * * ? *", "0 0 0 1/1 * ? *", "30 */7 * * * ? *", "0 0 3 ? * SUN *",
      "0 15 10 1 1 ? *",
    ] {
      let schedule = try Self.schedule(crontab)
      for now in stride(from: Int64(1_700_000_000), to: 1_700_400_000, by: 39_973) {
        for gap: Int64 in [0, 1, 59, 4_000, 90_000, 700_000] {
          let last = Self.at(now - gap)
          let all = schedule.instants(after: last, through: Self.at(now), limit: 800_000)
          #expect(
            CleanupDecider.due(schedule, after: last, now: Self.at(now)) == all.last,
            "\(crontab) \(now) \(gap)")
        }
      }
    }
  }

  @Test func `a schedule without an instant in the period is not due`() throws {
    let schedule = try Self.schedule("0 0 0 1 1 ? 2099")
    #expect(CleanupDecider.due(schedule, after: Self.at(0), now: Self.at(1_700_000_000)) == nil)
  }

  @Test func `the oldest go, but the minimum stays and the batch is not exceeded`() {
    var policy = CleanupPolicy()
    #expect(CleanupDecider.count(policy, total: 100, old: 45) == 45)
    #expect(CleanupDecider.count(policy, total: 100, old: 60) == 50)
    #expect(CleanupDecider.count(policy, total: 40, old: 20) == 0)
    #expect(CleanupDecider.count(policy, total: 10_000, old: 9_000) == 500)
    policy.minimum = 0
    policy.batch = 7
    #expect(CleanupDecider.count(policy, total: 10, old: 10) == 7)
  }

  @Test func `a project's settings stand before the defaults, and bad ones are refused by name`()
    throws
  {
    let defaults = CleanupPolicy()
    #expect(try defaults.overridden(by: [:]) == defaults)
    #expect(!defaults.isEnabled && defaults.days == 60 && defaults.minimum == 50)
    #expect(defaults.batch == 500 && defaults.crontab == "0 0 0 1/1 * ? *")
    let prefix = "project.execution.history.cleanup."
    let own = try defaults.overridden(by: [
      "\(prefix)enabled": "true", "\(prefix)retention.days": "1",
      "\(prefix)retention.minimum": "", "\(prefix)batch": "9",
      "\(prefix)schedule": "0 0/1 * 1/1 * ? *",
    ])
    #expect(own.isEnabled && own.days == 1 && own.minimum == 50 && own.batch == 9)
    for (key, value) in [
      ("retention.days", "-1"), ("retention.minimum", "many"), ("batch", "0"),
      ("schedule", "every day"),
    ] {
      let error = #expect(throws: CleanupProblem.self) {
        try defaults.overridden(by: [prefix + key: value])
      }
      #expect(error?.key == prefix + key && error?.value == value)
    }
  }
}
