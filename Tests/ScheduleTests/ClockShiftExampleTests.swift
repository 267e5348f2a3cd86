import Model
import Testing

@testable import Schedule

/// The examples of the user's guide.
@Suite struct ClockShiftExampleTests {
  private func runs(_ crontab: String, _ zone: String, _ from: String, _ count: Int) throws
    -> [String]
  {
    let schedule = try schedule(crontab, zone)
    return schedule.instants(
      after: instant(from), through: Instant(microseconds: .max), limit: count
    ).map { schedule.zone.localText(at: $0) }
  }

  @Test func `a time in the gap runs right after it`() throws {
    #expect(
      try runs("0 30 2 * * ?", "Europe/Zurich", "2026-03-28T00:00:00Z", 3) == [
        "2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00",
      ])
    #expect(
      try runs("0 */20 2,3 ? * SUN", "Europe/Zurich", "2026-03-29T00:00:00Z", 4) == [
        "2026-03-29T03:00:00+02:00", "2026-03-29T03:20:00+02:00", "2026-03-29T03:40:00+02:00",
        "2026-04-05T02:00:00+02:00",
      ])
  }

  @Test func `what the rule has more than once around a gap is one run`() throws {
    #expect(
      try runs("0 0 */2 * * ?", "Europe/Zurich", "2026-03-28T22:30:00Z", 4) == [
        "2026-03-29T00:00:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00",
        "2026-03-29T06:00:00+02:00",
      ])
    #expect(
      try runs("0 0 2,3 * * ?", "Europe/Zurich", "2026-03-28T12:00:00Z", 2) == [
        "2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00",
      ])
  }

  @Test func `a time in the overlap runs the first time only`() throws {
    #expect(
      try runs("0 30 2 * * ?", "Europe/Zurich", "2026-10-24T12:00:00Z", 2) == [
        "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00",
      ])
    #expect(
      try runs("0 0 */2 * * ?", "Europe/Zurich", "2026-10-24T21:00:00Z", 3) == [
        "2026-10-25T00:00:00+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T04:00:00+01:00",
      ])
    // Asked in the second of the two hours, it is the next day's turn.
    #expect(
      try runs("0 30 2 * * ?", "Europe/Zurich", "2026-10-25T01:10:00Z", 1) == [
        "2026-10-26T02:30:00+01:00"
      ])
  }

  @Test func `every hour runs in both hours of the overlap and not for the gap`() throws {
    #expect(
      try runs("0 30 * * * ?", "Europe/Zurich", "2026-10-25T00:00:00Z", 3) == [
        "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-25T03:30:00+01:00",
      ])
    #expect(
      try runs("0 30 0-23 * * ?", "Europe/Zurich", "2026-03-29T00:00:00Z", 2) == [
        "2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00",
      ])
  }

  @Test func `half an hour's shift leaves an hourly rule one run in each hour of the clock`() throws
  {
    #expect(
      try runs("0 0 * * * ?", "Australia/Lord_Howe", "2026-10-03T14:00:00Z", 3) == [
        "2026-10-04T01:00:00+10:30", "2026-10-04T02:30:00+11:00", "2026-10-04T03:00:00+11:00",
      ])
    #expect(
      try runs("0 45 * * * ?", "Australia/Lord_Howe", "2026-04-04T14:00:00Z", 2) == [
        "2026-04-05T01:45:00+11:00", "2026-04-05T02:45:00+10:30",
      ])
    #expect(
      try runs("0 0/30 * * * ?", "Australia/Lord_Howe", "2026-04-04T14:10:00Z", 3) == [
        "2026-04-05T01:30:00+11:00", "2026-04-05T01:30:00+10:30", "2026-04-05T02:00:00+10:30",
      ])
  }

  @Test func `a gap that ends at midnight keeps its run`() throws {
    #expect(
      try runs("0 30 23 * * ?", "America/Nuuk", "2026-03-28T12:00:00Z", 2) == [
        "2026-03-29T00:00:00-01:00", "2026-03-29T23:30:00-01:00",
      ])
    #expect(
      try runs("0 0 0 * * ?", "America/Santiago", "2026-09-05T12:00:00Z", 2) == [
        "2026-09-06T01:00:00-03:00", "2026-09-07T00:00:00-03:00",
      ])
  }

  @Test func `a day that does not exist has no runs`() throws {
    #expect(
      try runs("0 0 12 * * ?", "Pacific/Apia", "2011-12-29T00:00:00Z", 3) == [
        "2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00", "2012-01-01T12:00:00+14:00",
      ])
    #expect(
      try runs("0 0 0 30 12 ?", "Pacific/Apia", "2011-01-01T00:00:00Z", 1) == [
        "2012-12-30T00:00:00+14:00"
      ])
    #expect(
      try runs("0 30 * 29-31 12 ? 2011", "Pacific/Apia", "2011-12-30T08:50:00Z", 3) == [
        "2011-12-29T23:30:00-10:00", "2011-12-31T00:30:00+14:00", "2011-12-31T01:30:00+14:00",
      ])
  }

  @Test func `a rule that ends in the first of two equal hours runs in the second too`() throws {
    // The clock goes from Sunday 00:00 back to Saturday 23:00.
    #expect(
      try runs("0 30 * 24 10 ? 2026", "America/Nuuk", "2026-10-25T00:00:00Z", 3) == [
        "2026-10-24T23:30:00-01:00", "2026-10-24T23:30:00-02:00",
      ])
    #expect(
      try runs("0 30 0,23 24 10 ? 2026", "America/Nuuk", "2026-10-25T00:00:00Z", 3) == [
        "2026-10-24T23:30:00-01:00"
      ])
  }

  @Test func `times that were shown before any of several shifts do not come again`() throws {
    // Put back by two hours at 1,000,000, and forward by one half an hour later.
    let table = ZoneTable(
      first: 7_200, changes: [(1_000_000, 0), (1_001_800, 3_600)])
    let zone = TimeZoneRules(name: "Test/Twice", table: table)
    let shown = 1_000_000 + 7_200
    let minutely = Schedule(try CronExpression("0 * 0-22 * * ?"), in: zone)
    let next = try #require(minutely.next(after: at(1_001_900)))
    #expect(next.wholeSeconds + 3_600 == Int64((shown + 59) / 60 * 60))
  }

  @Test func `a preview tells the local time and what the clock did`() throws {
    let rule = JobSchedule(crontab: "0 30 2 * * ? *", timeZone: "Europe/Zurich")
    let gap = try SchedulePreview(rule, after: instant("2026-03-28T12:00:00Z"), count: 2).runs
    #expect(gap.map(\.localTime) == ["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"])
    #expect(gap[0].remark?.contains("right after") == true && gap[1].remark == nil)
    let overlap = try SchedulePreview(rule, after: instant("2026-10-24T12:00:00Z"), count: 1).runs
    #expect(overlap[0].remark?.contains("only the first") == true)
    let hourly = JobSchedule(crontab: "0 30 * * * ? *", timeZone: "Europe/Zurich")
    let both = try SchedulePreview(hourly, after: instant("2026-10-25T00:00:00Z"), count: 2).runs
    #expect(both[0].remark?.contains("this is the first") == true)
    #expect(both[1].remark?.contains("second time") == true)
    let half = JobSchedule(crontab: "0 45 * * * ? *", timeZone: "Australia/Lord_Howe")
    let once = try SchedulePreview(half, after: instant("2026-04-04T14:00:00Z"), count: 1).runs
    #expect(once[0].remark?.contains("only the first") == true)
    let never = JobSchedule(crontab: "0 0 0 30 2 ? *", timeZone: "UTC")
    #expect(
      try SchedulePreview(never, after: instant("2026-01-01T00:00:00Z"), count: 5).runs.isEmpty)
  }
}
