import Model
import Schedule
import TestSupport

@testable import Scheduler

extension Instant {
  /// 2026-06-01T00:00:00Z and so many seconds.
  static func at(_ seconds: Int64) -> Instant {
    Instant(microseconds: (1_780_272_000 + seconds) * 1_000_000)
  }
}

extension Schedule {
  static func utc(_ crontab: String) throws -> Schedule {
    try Schedule(JobSchedule(crontab: crontab, timeZone: "UTC"))
  }
}

/// Rules of very different density.
let someCrontabs = [
  "* * * ? * * *", "*/7 * * ? * * *", "0 * * ? * * *", "0 */5 * ? * * *", "30 15 * ? * * *",
  "0 0 3 ? * * *", "*/10 0-5 1-4 ? * * *", "0 0 12 1 * ? *", "0 0 0 ? * MON *",
  "0 0 0 1 1 ? 2030", "0 0 0 1 1 ? 2020",
]

extension ExpectedInstants {
  /// Versions one after the other from `start` on, some of them switched off.
  static func random(
    from start: Int64, using random: inout SeededGenerator, crontabs: [String] = someCrontabs
  ) throws -> ExpectedInstants {
    var spans: [ScheduleSpan] = []
    var begin = Instant.at(start)
    let count = Int.random(in: 1...4, using: &random)
    for version in 1...count {
      let end = begin.advanced(by: .milliseconds(Int64.random(in: 0...900_000, using: &random)))
      let isOn = Int.random(in: 0..<4, using: &random) > 0
      let crontab = crontabs.randomElement(using: &random) ?? ""
      spans.append(
        ScheduleSpan(
          version: Int64(version), project: "p", schedule: isOn ? try .utc(crontab) : nil,
          from: begin, through: version == count ? nil : end))
      begin = end
    }
    return ExpectedInstants(spans)
  }
}
