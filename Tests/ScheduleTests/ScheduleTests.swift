import Model
import Schedule
import Testing

@Suite struct ScheduleTests {
  @Test func `a daily rule is due at its local time`() throws {
    let schedule = try Schedule(JobSchedule(crontab: "0 30 6 * * ? *", timeZone: "Europe/Zurich"))
    let start = try #require(Instant(iso8601: "2026-11-22T20:00:00Z"))
    #expect(schedule.next(after: start)?.iso8601 == "2026-11-23T05:30:00Z")
  }
}
