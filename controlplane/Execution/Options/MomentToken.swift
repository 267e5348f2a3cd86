/// One part of a `MomentFormat`.
enum MomentToken: Sendable, Hashable {
  case literal(Character)
  /// So many digits, within limits; `field` says what they are of a date.
  case number(digits: ClosedRange<Int>, values: ClosedRange<Int>, Field)
  /// A day of the month with its ending: `1st`.
  case ordinal
  case name([String], Field)
  /// `+02:00`, `-0730`, `Z`.
  case zone
  /// Any number, with a fraction.
  case unixTime

  /// What of a date a part says.
  enum Field: Sendable, Hashable { case year, month, day, other }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let days = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  /// Takes the token that a format begins with; nil for one that is not known.
  static func take(_ format: inout Substring) -> MomentToken? {
    guard let letter = format.first else { return nil }
    if format.hasPrefix("Do") {
      format = format.dropFirst(2)
      return .ordinal
    }
    let count = format.prefix { $0 == letter }.count
    guard letters.contains(letter) else {
      format = format.dropFirst()
      return .literal(letter)
    }
    format = format.dropFirst(count)
    return dateToken(letter, count) ?? timeToken(letter, count)
  }

  /// The letters that mean something to moment.js, known here or not.
  private static let letters = Set("MQDdeEwWyYNgGAaHhkmsSzZXxLl")

  private static func dateToken(_ letter: Character, _ count: Int) -> MomentToken? {
    switch (letter, count) {
    case ("Y", 4): .number(digits: 4...4, values: 0...9999, .year)
    case ("Y", 2): .number(digits: 2...2, values: 0...99, .other)
    case ("Y", 1): .number(digits: 1...6, values: 0...999_999, .year)
    case ("Q", 1): .number(digits: 1...1, values: 1...4, .other)
    case ("M", 1): .number(digits: 1...2, values: 1...12, .month)
    case ("M", 2): .number(digits: 2...2, values: 1...12, .month)
    case ("M", 3): .name(months.map { String($0.prefix(3)) }, .month)
    case ("M", 4): .name(months, .month)
    case ("D", 1): .number(digits: 1...2, values: 1...31, .day)
    case ("D", 2): .number(digits: 2...2, values: 1...31, .day)
    case ("D", 3): .number(digits: 1...3, values: 1...366, .other)
    case ("D", 4): .number(digits: 3...3, values: 1...366, .other)
    case ("d", 1): .number(digits: 1...1, values: 0...6, .other)
    case ("d", 2): .name(days.map { String($0.prefix(2)) }, .other)
    case ("d", 3): .name(days.map { String($0.prefix(3)) }, .other)
    case ("d", 4): .name(days, .other)
    case ("E", 1): .number(digits: 1...1, values: 1...7, .other)
    default: nil
    }
  }

  private static func timeToken(_ letter: Character, _ count: Int) -> MomentToken? {
    let digits = count == 1 ? 1...2 : 2...2
    switch (letter, count) {
    case ("H", 1...2): return .number(digits: digits, values: 0...23, .other)
    case ("h", 1...2): return .number(digits: digits, values: 1...12, .other)
    case ("k", 1...2): return .number(digits: digits, values: 1...24, .other)
    case ("m", 1...2), ("s", 1...2): return .number(digits: digits, values: 0...59, .other)
    case ("S", 1...9): return .number(digits: count...count, values: 0...999_999_999, .other)
    case ("a", 1), ("A", 1): return .name(["am", "pm"], .other)
    case ("Z", 1...2): return .zone
    case ("X", 1), ("x", 1): return .unixTime
    default: return nil
    }
  }

  /// Takes its part off the text; false when the text does not begin with one.
  func read(_ text: inout Substring, into date: inout MomentDate) -> Bool {
    switch self {
    case .literal(let character):
      guard text.first == character else { return false }
      text.removeFirst()
      return true
    case .number(let digits, let values, let field):
      return number(&text, digits, values, field, into: &date)
    case .ordinal:
      guard number(&text, 1...2, 1...31, .day, into: &date) else { return false }
      guard ["st", "nd", "rd", "th"].contains(String(text.prefix(2))) else { return false }
      text = text.dropFirst(2)
      return true
    case .name(let names, let field): return name(&text, names, field, into: &date)
    case .zone: return zone(&text)
    case .unixTime:
      let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
      text = text.dropFirst(number.count)
      return Double(number) != nil
    }
  }

  private func number(
    _ text: inout Substring, _ digits: ClosedRange<Int>, _ values: ClosedRange<Int>, _ field: Field,
    into date: inout MomentDate
  ) -> Bool {
    let found = text.prefix { $0.isASCII && $0.isNumber }.prefix(digits.upperBound)
    guard digits.contains(found.count), let number = Int(found), values.contains(number) else {
      return false
    }
    text = text.dropFirst(found.count)
    date.set(field, number)
    return true
  }

  /// The longest name that the text begins with, whatever its case.
  private func name(
    _ text: inout Substring, _ names: [String], _ field: Field, into date: inout MomentDate
  ) -> Bool {
    let place = names.firstIndex {
      text.count >= $0.count && text.prefix($0.count).lowercased() == $0.lowercased()
    }
    guard let place else { return false }
    text = text.dropFirst(names[place].count)
    date.set(field, place + 1)
    return true
  }

  private func zone(_ text: inout Substring) -> Bool {
    if text.first == "Z" {
      text.removeFirst()
      return true
    }
    guard let sign = text.first, sign == "+" || sign == "-" else { return false }
    let digits = text.dropFirst().prefix { $0.isASCII && ($0.isNumber || $0 == ":") }
    let plain = digits.filter { $0 != ":" }
    guard plain.count == 4, digits.count <= 5, let hours = Int(plain.prefix(2)), hours <= 18 else {
      return false
    }
    text = text.dropFirst(1 + digits.count)
    return true
  }
}

extension MomentDate {
  mutating func set(_ field: MomentToken.Field, _ number: Int) {
    switch field {
    case .year: year = number
    case .month: month = number
    case .day: day = number
    case .other: break
    }
  }
}
