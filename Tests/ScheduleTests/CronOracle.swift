import Model
import TestSupport

@testable import Schedule

/// A cron expression as text and, made apart from any parser, as the sets of numbers that it means.
struct CronOracle: CustomStringConvertible {
  let text: String
  private let sets: [Set<Int>]
  /// Whether the fifth or the third field is `?`.
  private let isByWeekday: Bool

  var description: String { text }
  var expression: CronExpression { try! CronExpression(text) }

  /// - Parameter density: how likely a field is `*`, in percent.
  init(using random: inout SeededGenerator, density: Int) {
    var texts: [String] = []
    var sets: [Set<Int>] = []
    let ranges = [0...59, 0...59, 0...23, 1...31, 1...12, 1...7]
    for range in ranges {
      let (text, set) = Self.field(range, density, &random)
      texts.append(text)
      sets.append(set)
    }
    isByWeekday = Bool.random(using: &random)
    texts[isByWeekday ? 3 : 5] = "?"
    self.text = texts.joined(separator: " ")
    self.sets = sets
  }

  private static func field(
    _ range: ClosedRange<Int>, _ density: Int, _ random: inout SeededGenerator
  ) -> (String, Set<Int>) {
    if Int.random(in: 0..<100, using: &random) < density { return ("*", Set(range)) }
    var texts: [String] = []
    var set: Set<Int> = []
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let (text, values) = item(range, &random)
      texts.append(text)
      set.formUnion(values)
    }
    return (texts.joined(separator: ","), set)
  }

  private static func item(
    _ range: ClosedRange<Int>, _ random: inout SeededGenerator
  ) -> (String, [Int]) {
    let first = Int.random(in: range, using: &random)
    let last = Int.random(in: range, using: &random)
    let step = Int.random(in: 1...5, using: &random)
    var ring: [Int] = []  // from first to last, round the end if need be
    var value = first
    while true {
      ring.append(value)
      if value == last { break }
      value = value == range.upperBound ? range.lowerBound : value + 1
    }
    let stepped = ring.enumerated().filter { $0.offset % step == 0 }.map(\.element)
    return switch Int.random(in: 0..<5, using: &random) {
    case 0, 1: ("\(first)", [first])
    case 2: ("\(first)-\(last)", ring)
    case 3: ("\(first)-\(last)/\(step)", stepped)
    default:
      ("\(first)/\(step)", Array(stride(from: first, through: range.upperBound, by: step)))
    }
  }

  /// Whether the local clock's reading fulfils the expression.
  func matches(_ label: Int64) -> Bool {
    let time = Int(label % 86_400)
    return sets[0].contains(time % 60) && sets[1].contains(time / 60 % 60)
      && sets[2].contains(time / 3_600) && matchesDay(of: label)
  }

  func matchesDay(of label: Int64) -> Bool {
    let date = CivilDate(at(label))
    let weekday = Int((label / 86_400 + 4) % 7) + 1
    return sets[4].contains(date.month)
      && (isByWeekday ? sets[5].contains(weekday) : sets[3].contains(date.day))
  }

  var hasEveryHour: Bool { sets[2].count == 24 }
  var isOnceAnHour: Bool { sets[0].count == 1 && sets[1].count == 1 }
}
