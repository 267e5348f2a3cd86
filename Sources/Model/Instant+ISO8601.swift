extension Instant {
  /// `2026-11-22T16:40:00Z`: the form of every date in the API. Fractions of a second are cut off.
  public var iso8601: String {
    let date = CivilDate(self)
    return "\(pad(date.year, 4))-\(pad(date.month))-\(pad(date.day))"
      + "T\(pad(date.hour)):\(pad(date.minute)):\(pad(date.second))Z"
  }

  /// The same with milliseconds: `2026-11-22T16:40:00.123Z`.
  public var iso8601Milliseconds: String {
    "\(iso8601.dropLast()).\(pad(CivilDate(self).microsecond / 1000, 3))Z"
  }

  /// `16:40:00`: the time of day in UTC, as log entries show it.
  public var timeOfDay: String {
    let date = CivilDate(self)
    return "\(pad(date.hour)):\(pad(date.minute)):\(pad(date.second))"
  }

  /// Reads `YYYY-MM-DDThh:mm:ss`, with an optional fraction (`.` and 1 to 9 digits) and with a zone: `Z`,
  /// `+hh:mm`, `+hhmm` or `+hh`. Nil for anything else.
  public init?(iso8601 text: some StringProtocol) {
    var digits = DigitReader(text.utf8)
    guard let year = digits.number(4), digits.skip("-"), let month = digits.number(2),
      digits.skip("-"), let day = digits.number(2), digits.skip("T"),
      let hour = digits.number(2), digits.skip(":"), let minute = digits.number(2),
      digits.skip(":"), let second = digits.number(2), let fraction = digits.fraction(),
      let offset = digits.zone(), digits.isAtEnd
    else { return nil }
    let date = CivilDate(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second,
      microsecond: fraction)
    guard date.isValid else { return nil }
    self = date.instant.advanced(by: .seconds(-offset))
  }
}

private func pad(_ number: Int, _ width: Int = 2) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, width - text.count)) + text
}

/// Takes fixed-width numbers off the front of an ASCII text.
private struct DigitReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: some Sequence<UInt8>) { rest = Array(bytes)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(_ width: Int) -> Int? {
    guard rest.count >= width else { return nil }
    var value = 0
    for byte in rest.prefix(width) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    rest.removeFirst(width)
    return value
  }

  /// The microseconds of an optional fraction; 0 without one, nil when it is malformed.
  mutating func fraction() -> Int? {
    guard skip(".") else { return 0 }
    var digits: [Int] = []
    while let digit = number(1) { digits.append(digit) }
    guard (1...9).contains(digits.count) else { return nil }
    return (digits + Array(repeating: 0, count: 6)).prefix(6).reduce(0) { $0 * 10 + $1 }
  }

  /// The zone's offset in seconds east of UTC, or nil when there is none.
  mutating func zone() -> Int? {
    if skip("Z") { return 0 }
    let sign: Int
    if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
    guard let hours = number(2), hours <= 18 else { return nil }
    if isAtEnd { return sign * hours * 3_600 }
    _ = skip(":")
    guard let minutes = number(2), minutes <= 59 else { return nil }
    return sign * (hours * 3_600 + minutes * 60)
  }
}
