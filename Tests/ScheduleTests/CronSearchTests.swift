import Model
import TestSupport
import Testing

@testable import Schedule

@Suite struct CronSearchTests {
  @Test func `the next local time is the first that a second-by-second search finds`() {
    var random = SeededGenerator(seed: 1)
    for round in 0..<300 {
      let oracle = CronOracle(using: &random, density: 60)
      let cron = oracle.expression
      let start = Int64.random(in: 0...7_200_000_000, using: &random)
      let next = cron.next(from: start)
      for label in start..<(start + 4_000) where oracle.matches(label) || label == next {
        #expect(next == label && oracle.matches(label), "round \(round): \(oracle) from \(start)")
        break
      }
      if let next { #expect(next >= start && oracle.matches(next), "\(oracle) from \(start)") }
    }
  }

  @Test func `the next local time is on the first day that a day-by-day search finds`() throws {
    var random = SeededGenerator(seed: 2)
    for round in 0..<300 {
      let oracle = CronOracle(using: &random, density: 10)
      let cron = oracle.expression
      let start = Int64.random(in: 0...7_000_000_000, using: &random)
      var day = start - start % 86_400
      // The time of day is that of the first label on any day; before `start` on its own day, it is later.
      while !oracle.matchesDay(of: day) || !(cron.next(from: max(day, start))! < day + 86_400) {
        day += 86_400
      }
      let next = try #require(cron.next(from: start))
      #expect(next - next % 86_400 == day, "round \(round): \(oracle) from \(start)")
      #expect(oracle.matches(next), "round \(round): \(oracle) from \(start)")
    }
  }

  @Test func `what cannot be ends the search`() throws {
    let now = instant("2026-11-22T20:00:00Z")
    for crontab in ["0 0 0 30 2 ? *", "* * * 31 4,6,9,11 ?", "0 0 0 ? 2 1#5 2026-2027"] {
      #expect(try schedule(crontab, "Europe/Zurich").next(after: now) == nil)
    }
    #expect(try schedule("0 0 0 1 1 ? 2020").next(after: now) == nil)
  }

  @Test func `the years from 1970 to 2199 are all there are`() throws {
    let secondly = try schedule("* * * * * ?", "Asia/Tokyo")
    #expect(
      secondly.next(after: instant("2199-12-31T14:59:58Z")) == instant("2199-12-31T14:59:59Z"))
    #expect(secondly.next(after: instant("2199-12-31T14:59:59Z")) == nil)
    let daily = try schedule("0 0 12 * * ?")
    #expect(daily.next(after: Instant(microseconds: .min)) == instant("1970-01-01T12:00:00Z"))
    #expect(daily.next(after: Instant(microseconds: .max)) == nil)
    #expect(daily.next(after: instant("2199-12-31T12:00:00Z")) == nil)
    let last = try schedule("0 0 0 ? * 1L", "America/New_York")
    #expect(last.next(after: instant("2199-12-01T00:00:00Z")) == instant("2199-12-29T05:00:00Z"))
  }

  @Test func `fractions of a second count`() throws {
    let secondly = try schedule("* * * * * ?")
    let start = instant("2026-01-01T00:00:00Z")
    #expect(secondly.next(after: start) == start.advanced(by: .seconds(1)))
    for fraction in [1, 500_000, 999_999] {
      let before = start.advanced(by: .microseconds(-fraction))
      #expect(secondly.next(after: before) == start)
      let after = start.advanced(by: .microseconds(fraction))
      #expect(secondly.next(after: after) == start.advanced(by: .seconds(1)))
    }
  }

  @Test func `instants are counted from after the first to the last`() throws {
    let minutely = try schedule("0 * * * * ?")
    let start = instant("2026-01-01T00:00:00Z")
    let end = instant("2026-01-01T00:03:00Z")
    let all = (1...3).map { start.advanced(by: .seconds(60 * $0)) }
    #expect(minutely.instants(after: start, through: end, limit: 10) == all)
    #expect(minutely.instants(after: start, through: end, limit: 2) == Array(all.prefix(2)))
    #expect(minutely.instants(after: start, through: end, limit: 0).isEmpty)
    #expect(minutely.instants(after: end, through: start, limit: 10).isEmpty)
  }

  @Test func `a schedule is small`() {
    #expect(MemoryLayout<Schedule>.stride <= 200)
    #expect(MemoryLayout<CronExpression>.stride <= 96)
  }
}
