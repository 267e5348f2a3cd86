/// Reads the sets of numbers that every field of a cron expression may hold: lists of `*`, `a`, `a-b`,
/// `a/n`, `a-b/n` and `*/n`. The text is in capitals.
struct CronFieldParser {
  let field: CronField

  /// The values as bits of a mask, for the fields whose values are below 64.
  func mask(_ text: String) throws(ScheduleError) -> UInt64 {
    var mask: UInt64 = 0
    // What most fields are, without a list being taken apart.
    if let value = number(text[...]), field.values.contains(value) { return 1 << UInt64(value) }
    for item in try items(text) { item.forEach { mask |= 1 << UInt64($0) } }
    return mask
  }

  func years(_ text: String) throws(ScheduleError) -> YearSet {
    var years = YearSet()
    for item in try items(text) { item.forEach { years.insert($0) } }
    return years
  }

  private func items(_ text: String) throws(ScheduleError) -> [StepRange] {
    var items: [StepRange] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      items.append(try item(piece))
    }
    return items
  }

  private func item(_ text: Substring) throws(ScheduleError) -> StepRange {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let base = parts[0]
    guard parts.count == 2 else { return try range(base, isStepped: false) }
    let step = try step(parts[1], of: text)
    let isSingle = base != "*" && !base.isEmpty && !base.contains("-")
    if step == 0, isSingle { return try range(base, isStepped: false) }  // as Quartz does
    guard step > 0 else { throw field.error(text, "a step is at least 1") }
    var range = try range(base, isStepped: true)
    range.step = step
    return range
  }

  private func step(_ text: Substring, of item: Substring) throws(ScheduleError) -> Int {
    guard let step = number(text) else {
      throw field.error(item, "a whole number must follow the /")
    }
    guard step <= field.largestStep else {
      throw field.error(item, "a step is at most \(field.largestStep)")
    }
    return step
  }

  private func range(_ text: Substring, isStepped: Bool) throws(ScheduleError) -> StepRange {
    let all = field.values
    if text == "*" || (text.isEmpty && isStepped) {
      return StepRange(all.lowerBound, all.upperBound, within: all)
    }
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let first = try value(ends[0], in: text)
    guard ends.count == 2 else {
      return StepRange(first, isStepped ? all.upperBound : first, within: all)
    }
    let last = try value(ends[1], in: text)
    if field == .year, last < first { throw field.error(text, "the range ends before it begins") }
    return StepRange(first, last, within: all)
  }

  /// One number or name.
  func value(_ text: Substring, in item: Substring) throws(ScheduleError) -> Int {
    if text.isEmpty { throw field.error(item, "a value is missing") }
    if let named = field.value(named: text) { return named }
    guard let value = number(text) else { throw field.error(item, Self.surprise(text)) }
    guard field.values.contains(value) else {
      throw field.error(item, "\(text) is not from \(range: field.values)")
    }
    return value
  }

  private static func surprise(_ text: Substring) -> String {
    text == "?"
      ? "only the day of month and the day of week can be ?" : "'\(text)' is no value of it"
  }

  /// Digits only, and few enough that no sum can overflow.
  func number(_ text: Substring) -> Int? {
    guard (1...6).contains(text.utf8.count) else { return nil }
    var number = 0
    for byte in text.utf8 {
      guard (0x30...0x39).contains(byte) else { return nil }
      number = number * 10 + Int(byte - 0x30)
    }
    return number
  }
}

extension DefaultStringInterpolation {
  fileprivate mutating func appendInterpolation(range: ClosedRange<Int>) {
    appendInterpolation("\(range.lowerBound) to \(range.upperBound)")
  }
}

/// `first-last/step`. A range that ends before it begins goes on at the field's lowest value, in step.
struct StepRange {
  let first: Int
  let last: Int
  let all: ClosedRange<Int>
  var step = 1

  init(_ first: Int, _ last: Int, within all: ClosedRange<Int>) {
    self.first = first
    self.last = last
    self.all = all
  }

  func forEach(_ body: (Int) -> Void) {
    let end = last < first ? last + all.count : last
    for value in stride(from: first, through: end, by: step) {
      body(value > all.upperBound ? value - all.count : value)
    }
  }
}
