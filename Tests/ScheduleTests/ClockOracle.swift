import Model
import TestSupport

@testable import Schedule

/// Sets of hours and minutes of any day, as text and as such.
struct TimeRule {
  let text: String
  let cron: CronExpression
  private let hours: Set<Int64>
  private let minutes: Set<Int64>

  init(using random: inout SeededGenerator, everyHour: Bool) {
    func some(_ values: ClosedRange<Int64>, _ counts: ClosedRange<Int>) -> Set<Int64> {
      Set(
        (0..<Int.random(in: counts, using: &random)).map { _ in
          Int64.random(in: values, using: &random)
        })
    }
    hours = everyHour ? Set(0...23) : some(0...4, 1...3).union(some(0...23, 1...5))
    minutes = everyHour ? some(0...29, 1...3).union([45]) : some(0...59, 1...4)
    func list(_ values: Set<Int64>) -> String {
      values.sorted().map { "\($0)" }.joined(separator: ",")
    }
    text = "0 \(list(minutes)) \(everyHour ? "*" : list(hours)) * * ?"
    cron = try! CronExpression(text)
  }

  func matches(_ label: Int64) -> Bool {
    minutes.contains(label / 60 % 60) && hours.contains(label / 3_600 % 24)
  }
}

/// Watches a zone's clock minute by minute.
struct ClockOracle {
  private let zone: TimeZoneRules
  private let start: Int64

  init(_ zone: TimeZoneRules, from start: Int64) {
    self.zone = zone
    self.start = start
  }

  private func label(_ second: Int64) -> Int64 { second + Int64(zone.offset(at: at(second))) }

  /// When the clock shows a fitting time or has just skipped one, counting no time again.
  func onceEach(through end: Int64, _ fits: (Int64) -> Bool) -> [Int64] {
    var shown = label(start)
    var found: [Int64] = []
    for second in stride(from: start + 60, through: end, by: 60) {
      let label = label(second)
      guard label > shown else { continue }
      if stride(from: shown + 60, through: label, by: 60).contains(where: fits) {
        found.append(second)
      }
      shown = label
    }
    return found
  }

  func whenever(through end: Int64, _ fits: (Int64) -> Bool) -> [Int64] {
    stride(from: start + 60, through: end, by: 60).filter { fits(label($0)) }
  }
}
