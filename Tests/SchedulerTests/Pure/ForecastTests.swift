import Model
import Schedule
import Testing

@testable import Scheduler

@Suite struct ForecastTests {
  private let now = Instant.at(0).advanced(by: .milliseconds(500))

  @Test func `the future of a day is in the order of time`() throws {
    let schedule = try Schedule.utc("0 0 */6 ? * * *")
    let found = Forecast.future(of: schedule, at: now, within: .day)
    #expect(found == [.at(21_600), .at(43_200), .at(64_800), .at(86_400)])
    #expect(
      Forecast.future(of: schedule, at: now, within: .day, max: 2) == [.at(21_600), .at(43_200)])
    #expect(Forecast.future(of: schedule, at: now, within: .day, max: 0).isEmpty)
    #expect(Forecast.future(of: schedule, at: now, within: .day, max: -1).isEmpty)
  }

  @Test func `the past begins with the newest`() throws {
    let schedule = try Schedule.utc("0 0 */6 ? * * *")
    let found = Forecast.past(of: schedule, at: now, within: .day)
    #expect(found == [.at(0), .at(-21_600), .at(-43_200), .at(-64_800)])
    #expect(Forecast.past(of: schedule, at: now, within: .day, max: 1) == [.at(0)])
  }

  @Test func `an instant that is now is neither past nor future`() throws {
    let schedule = try Schedule.utc("* * * ? * * *")
    let span = try #require(ForecastSpan("2s"))
    #expect(Forecast.future(of: schedule, at: .at(10), within: span) == [.at(11), .at(12)])
    #expect(Forecast.past(of: schedule, at: .at(10), within: span) == [.at(9), .at(8)])
  }

  @Test func `the next instants are found however far away`() throws {
    let schedule = try Schedule.utc("0 0 0 29 2 ? *")
    let found = Forecast.next(2, of: schedule, at: now).map(\.iso8601)
    #expect(found == ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"])
  }

  @Test func `a year of seconds is cut`() throws {
    let schedule = try Schedule.utc("* * * ? * * *")
    let span = try #require(ForecastSpan("1y"))
    #expect(Forecast.future(of: schedule, at: now, within: span).count == Forecast.longest)
  }

  @Test(arguments: [
    ("90s", 90), ("2n", 120), ("3h", 10_800), ("1d", 86_400), ("2w", 1_209_600),
    ("1m", 2_592_000), ("1y", 31_536_000), ("0d", 0),
  ]) func `the documented units`(text: String, seconds: Int64) throws {
    let span = try #require(ForecastSpan(text))
    #expect(span.end(from: .at(0)) == .at(seconds))
  }

  @Test func `months go by the calendar, back too`() throws {
    let span = try #require(ForecastSpan("1m"))
    let day = try #require(Instant(iso8601: "2026-03-31T10:00:00Z"))
    #expect(span.start(from: day).iso8601 == "2026-02-28T10:00:00Z")
    #expect(try #require(ForecastSpan("3m")).start(from: day).iso8601 == "2025-12-31T10:00:00Z")
    #expect(try #require(ForecastSpan("15m")).start(from: day).iso8601 == "2024-12-31T10:00:00Z")
  }

  @Test(arguments: ["", "d", "1", "1x", "-1d", "+1d", "1.5d", " 1d", "99999999999y", "1D", "١d"])
  func `what is no span is refused`(text: String) {
    #expect(ForecastSpan(text) == nil)
  }
}
