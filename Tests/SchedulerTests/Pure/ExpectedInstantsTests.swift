import Model
import Schedule
import TestSupport
import Testing

@testable import Scheduler

@Suite struct ExpectedInstantsTests {
  @Test(arguments: 1...30) func `the last instant is the last of all of them`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for crontab in someCrontabs {
      let schedule = try Schedule.utc(crontab)
      let start = Int64.random(in: 0..<900_000, using: &random)
      let length = Int64.random(in: 0..<9_000, using: &random)
      let (after, through) = (Instant.at(start), Instant.at(start + length))
      let all = schedule.instants(after: after, through: through, limit: .max)
      #expect(schedule.last(after: after, through: through) == all.last, "\(crontab) \(start)")
    }
  }

  @Test func `the last instant is found years back`() throws {
    let schedule = try Schedule.utc("0 0 0 1 1 ? 2020")
    let found = schedule.last(after: Instant(microseconds: 0), through: .at(0))
    #expect(found?.iso8601 == "2020-01-01T00:00:00Z")
    #expect(
      try Schedule.utc("0 0 0 1 1 ? 2090").last(after: .init(microseconds: 0), through: .at(0))
        == nil)
  }

  @Test(arguments: 1...30) func `each instant belongs to the version that held then`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let expected = try ExpectedInstants.random(from: 0, using: &random)
    let (after, through) = (Instant.at(-500), Instant.at(4_000))
    let found = expected.first(.max, after: after, through: through)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.instant < $1.instant })
    var count = 0
    for span in expected.spans {
      let end = min(span.through ?? through, through)
      guard span.from < end, let schedule = span.schedule else { continue }
      let own = schedule.instants(after: max(span.from, after), through: end, limit: .max)
      #expect(own == found.filter { $0.version == span.version }.map(\.instant))
      count += own.count
    }
    #expect(count == found.count)
    #expect(expected.last(after: after, through: through) == found.last)
    #expect(expected.next(after: after, through: through) == found.first)
  }
}
