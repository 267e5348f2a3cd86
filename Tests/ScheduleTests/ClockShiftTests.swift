import Model
import TestSupport
import Testing

@testable import Schedule

/// Every shift of every zone's clock from 2020 to 2030.
@Suite struct ClockShiftTests {
  private static let day: Int64 = 86_400

  @Test func `the database has the shifts that these tests are about`() {
    let shifts = Zones.all.reduce(0) { $0 + Zones.shifts(of: $1).count }
    #expect(Zones.all.count == Zones.names.count && shifts > 3_000, "\(shifts)")
    #expect(Zones.different.count > 40, "\(Zones.different.count)")
  }

  @Test(arguments: [
    "00:00", "00:30", "01:00", "01:30", "01:59", "02:00", "02:30", "03:00", "03:30", "12:00",
    "22:15",
    "23:00", "23:30", "23:59",
  ]) func `a daily rule runs exactly once on every local day in every zone`(time: String) throws {
    let parts = time.split(separator: ":").compactMap { Int64($0) }
    let ofDay = parts[0] * 3_600 + parts[1] * 60
    let cron = try CronExpression("0 \(parts[1]) \(parts[0]) * * ?")
    for zone in Zones.all {
      let schedule = Schedule(cron, in: zone)
      for shift in Zones.shifts(of: zone) {
        let days = daysOfRuns(schedule, ofDay, around: shift)
        let first = (shift - 3 * Self.day) / Self.day
        let missing = (first + 1...first + 5).filter { day in days.count { $0 == day } != 1 }
        if !missing.isEmpty || days != days.sorted() {
          Issue.record("\(zone.name), shift at \(at(shift).iso8601), days \(missing)")
        }
      }
    }
  }

  /// For each run in the days around a shift, the local day that it belongs to: the day that the clock
  /// shows, or for a run at midnight right after a gap that had the rule's time in it, the day before.
  private func daysOfRuns(_ schedule: Schedule, _ ofDay: Int64, around shift: Int64) -> [Int64] {
    let first = (shift - 3 * Self.day) / Self.day * Self.day
    let runs = schedule.instants(
      after: at(first - Self.day), through: at(first + 8 * Self.day), limit: 20)
    return runs.map { run in
      let label = run.wholeSeconds + Int64(schedule.zone.offset(at: run))
      let isMoved = label % Self.day != ofDay
      if isMoved { #expect(run.wholeSeconds == shift, "\(schedule.zone.name) \(run.iso8601)") }
      return label / Self.day - (isMoved && label % Self.day < ofDay ? 1 : 0)
    }
  }

  @Test(arguments: [0, 15, 30, 59])
  func `an hourly rule runs exactly once in every hour that elapses`(
    minute: Int64
  ) throws {
    let cron = try CronExpression("0 \(minute) * * * ?")
    for zone in Zones.all {
      let schedule = Schedule(cron, in: zone)
      for shift in Zones.shifts(of: zone) {
        let runs = schedule.instants(
          after: at(shift - 86_400), through: at(shift + 86_400), limit: 100)
        let waits = zip(runs, runs.dropFirst()).map { $1.wholeSeconds - $0.wholeSeconds }
        let table = zone.table
        if table.shift(into: table.piece(at: shift)) % 3_600 == 0 {
          guard waits.contains(where: { $0 != 3_600 }) || runs.count != 48 else { continue }
          Issue.record("\(zone.name) at \(at(shift).iso8601): \(waits)")
        } else {
          expectEveryClockHour(runs, zone, shift)
        }
      }
    }
  }

  /// A shift of less than an hour: each hour that the clock shows has one run.
  private func expectEveryClockHour(_ runs: [Instant], _ zone: TimeZoneRules, _ shift: Int64) {
    let hours = runs.map { ($0.wholeSeconds + Int64(zone.offset(at: $0))) / 3_600 }
    let isOneByOne = zip(hours, hours.dropFirst()).allSatisfy { $1 == $0 + 1 }
    #expect(isOneByOne, "\(zone.name) at \(at(shift).iso8601): \(hours)")
  }

  @Test func `rules with certain hours follow the clock minute by minute in every zone`() throws {
    var random = SeededGenerator(seed: 4)
    for zone in Zones.different {
      for shift in Zones.shifts(of: zone) {
        let oracle = ClockOracle(zone, from: shift - 30 * 3_600)
        let rule = TimeRule(using: &random, everyHour: false)
        let expected = oracle.onceEach(through: shift + 30 * 3_600) { rule.matches($0) }
        check(rule, zone, shift, expected)
      }
    }
  }

  @Test func `rules with every hour run whenever the clock fits in every zone`() throws {
    var random = SeededGenerator(seed: 5)
    for zone in Zones.different {
      for shift in Zones.shifts(of: zone) {
        let oracle = ClockOracle(zone, from: shift - 30 * 3_600)
        let rule = TimeRule(using: &random, everyHour: true)
        check(rule, zone, shift, oracle.whenever(through: shift + 30 * 3_600) { rule.matches($0) })
      }
    }
  }

  private func check(
    _ rule: TimeRule, _ zone: TimeZoneRules, _ shift: Int64, _ expected: [Int64]
  ) {
    let schedule = Schedule(rule.cron, in: zone)
    let found = schedule.instants(
      after: at(shift - 30 * 3_600), through: at(shift + 30 * 3_600), limit: 10_000)
    if found.map(\.wholeSeconds) != expected {
      Issue.record("\(rule.text) in \(zone.name) around \(at(shift).iso8601)")
    }
  }

  @Test func `next is consistent at every instant around every shift`() throws {
    var random = SeededGenerator(seed: 6)
    for zone in Zones.different {
      for shift in Zones.shifts(of: zone) {
        let rule = TimeRule(using: &random, everyHour: Bool.random(using: &random))
        let schedule = Schedule(rule.cron, in: zone)
        var last = at(shift - 4 * 3_600)
        for _ in 0..<10 {
          guard let next = schedule.next(after: last) else { break }
          #expect(next > last)
          #expect(schedule.next(after: next.advanced(by: .microseconds(-1))) == next)
          let between = Int64.random(in: last.microseconds..<next.microseconds, using: &random)
          #expect(schedule.next(after: Instant(microseconds: between)) == next)
          last = next
        }
      }
    }
  }
}
