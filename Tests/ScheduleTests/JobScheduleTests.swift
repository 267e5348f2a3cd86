import Model
import Testing

@testable import Schedule

@Suite struct JobScheduleTests {
  private func job(_ kept: [String: JobValue]) -> Job {
    Job(name: "a", workflow: Workflow(steps: []), kept: kept)
  }

  private func rule(_ schedule: JobValue, zone: JobValue? = nil) throws -> JobSchedule? {
    try JobSchedule(of: job(["schedule": schedule, "timeZone": zone ?? .null]), defaultZone: "UTC")
  }

  private func map(_ entries: [(String, JobValue)]) -> JobValue {
    .map(entries.map { JobEntry($0.0, $0.1) })
  }

  @Test func `a job without a schedule has none`() throws {
    for value in [JobValue.null, .boolean(false), .text(""), .map([])] {
      #expect(try rule(value) == nil)
    }
    #expect(try JobSchedule(of: job([:]), defaultZone: "nowhere") == nil)
    #expect(try JobSchedule(of: job(["schedules": .list([])]), defaultZone: "UTC") == nil)
  }

  @Test func `a crontab is kept with seven fields and its zone by name`() throws {
    let crontab = map([("crontab", .text("0 30 */6 ? Jan Mon")), ("month", .text("ignored"))])
    #expect(
      try rule(crontab, zone: .text(" PST "))
        == JobSchedule(crontab: "0 30 */6 ? JAN MON *", timeZone: "America/Los_Angeles"))
    #expect(try rule(crontab, zone: .text(""))?.timeZone == "UTC")
  }

  @Test(
    arguments: [
      // The documented example, and its defaults.
      (
        "hour=05 minute=01 seconds=0 month=APR,MAR,MAY year=* weekday=FRI,MON,TUE",
        "0 01 05 ? APR,MAR,MAY FRI,MON,TUE *"
      ),
      ("hour=6", "0 0 6 ? * * *"), ("dayofmonth=15", "0 0 0 15 * ? *"),
      ("dayofmonth=1 weekday=*", "0 0 0 1 * ? *"), ("dayofmonth=1 weekday=?", "0 0 0 1 * ? *"),
      ("dayofmonth=* weekday=MON", "0 0 0 ? * MON *"),
      ("dayofmonth=? weekday=MON", "0 0 0 ? * MON *"), ("dayofmonth=?", "0 0 0 ? * * *"),
      ("dayofmonth=1 weekday=MON", "0 0 0 1 * ? *"),  // Rundeck: the day of month wins
      ("dayofmonth=*", "0 0 0 * * ? *"), ("weekday=?", "0 0 0 ? * * *"),
      ("year=2030 month=12 dayofmonth=24 hour=18", "0 0 18 24 12 ? 2030"),
    ]) func `parts are put together as Rundeck does`(parts: String, crontab: String) throws
  {
    #expect(try rule(structured(parts))?.crontab == crontab)
  }

  /// The tree of the YAML and XML formats: `time{…}`, `weekday{day}`, `dayofmonth{day}`, `month`, `year`.
  private func structured(_ parts: String) -> JobValue {
    var entries: [(String, JobValue)] = []
    var time: [(String, JobValue)] = []
    for part in parts.split(separator: " ") {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      let isNumber = pair[1].allSatisfy(\.isNumber)
      let value: JobValue = isNumber ? .number(pair[1]) : .text(pair[1])
      switch pair[0] {
      case "weekday", "dayofmonth": entries.append((pair[0], map([("day", value)])))
      case "month", "year": entries.append((pair[0], value))
      default: time.append((pair[0], value))
      }
    }
    return map(entries + (time.isEmpty ? [] : [("time", map(time))]))
  }

  @Test func `what is wrong is told by its key`() throws {
    func key(_ schedule: JobValue, zone: JobValue? = nil) -> String? {
      #expect(throws: ScheduleError.self) { try rule(schedule, zone: zone) }?.key
    }
    #expect(key(.text("daily")) == "schedule" && key(.list([])) == "schedule")
    #expect(key(map([("crontab", .text("x"))])) == "schedule.crontab")
    #expect(key(map([("crontab", .list([]))])) == "schedule.crontab")
    #expect(key(structured("hour=25")) == "schedule.time.hour")
    #expect(key(structured("minute=x")) == "schedule.time.minute")
    #expect(key(structured("seconds=60")) == "schedule.time.seconds")
    #expect(key(structured("weekday=8")) == "schedule.weekday.day")
    #expect(key(structured("dayofmonth=32")) == "schedule.dayofmonth.day")
    #expect(key(structured("month=13")) == "schedule.month")
    #expect(key(structured("year=1")) == "schedule.year")
    #expect(key(structured("day=1")) == "schedule.time.day")
    #expect(key(map([("monht", .text("1"))])) == "schedule.monht")
    #expect(key(map([("time", .text("1"))])) == "schedule.time")
    #expect(key(map([("month", .list([]))])) == "schedule.month")
    #expect(key(structured("hour=1"), zone: .text("Mars")) == "timeZone")
    #expect(key(structured("hour=1"), zone: .list([])) == "timeZone")
    #expect(key(map([("time", map([("hour", .text("1 2"))]))])) == "schedule.time.hour")
  }

  private func policy(_ settings: JobValue) throws -> CatchUpPolicy? {
    let plugins = map([("quarterdeck", map([("catchUp", settings)]))])
    let schedule = map([("crontab", .text("0 0 0 * * ?"))])
    return try JobSchedule(
      of: job(["schedule": schedule, "plugins": plugins]), defaultZone: "UTC")?.catchUp
  }

  @Test func `a job may say itself how it catches up`() throws {
    #expect(try policy(.null) == nil)
    #expect(
      try policy(map([("mode", .text("all")), ("window", .text("1h 30m"))]))
        == CatchUpPolicy(mode: .all, window: 5_400))
    #expect(try policy(map([("mode", .text("Skip"))])) == CatchUpPolicy(mode: .skip, window: 60))
    #expect(
      try policy(map([("window", .number("90"))])) == CatchUpPolicy(mode: .latest, window: 90))
    #expect(try policy(map([("window", .text("2d"))]))?.window == 172_800)
    #expect(try rule(map([("crontab", .text("0 0 0 * * ?"))]))?.catchUp == nil)
  }

  @Test(
    arguments: [
      ("mode", "some", "mode"), ("window", "soon", "window"), ("window", "", "window"),
      ("window", "-1", "window"), ("window", "367d", "window"), ("window", "m5", "window"),
      ("window", "99999999999999999999d", "window"), ("limit", "3", "limit"),
    ]) func `a wrong catch-up setting is named`(setting: String, value: String, named: String)
  {
    let error = #expect(throws: ScheduleError.self) { try policy(map([(setting, .text(value))])) }
    #expect(error?.code == .catchUp && error?.key == "plugins.quarterdeck.catchUp.\(named)")
  }
}
