import Model

extension RundeckLogReader {
  /// The instant of an ISO 8601 time: `2026-07-30T12:34:56Z`, also with a fraction, with an offset (`+02:00`, `+0200`,
  /// `+02`). Nil when it is none.
  static func time(_ text: String) -> Instant? {
    var rest = Array(text.utf8)[...]
    guard let year = number(4, &rest), pass("-", &rest),
      let month = number(2, &rest), (1...12).contains(month), pass("-", &rest),
      let day = number(2, &rest), (1...31).contains(day), pass("T", &rest),
      let hour = number(2, &rest), hour < 24, pass(":", &rest),
      let minute = number(2, &rest), minute < 60, pass(":", &rest),
      let second = number(2, &rest), second < 61,
      let fraction = fraction(&rest), let offset = offset(&rest)
    else { return nil }
    let days = CivilDate(year: year, month: month, day: day).daysSince1970
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
    return Instant(microseconds: seconds * 1_000_000 + fraction)
  }

  private static func number(_ digits: Int, _ rest: inout ArraySlice<UInt8>) -> Int64? {
    guard rest.count >= digits else { return nil }
    var number: Int64 = 0
    for byte in rest.prefix(digits) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      number = number * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    rest = rest.dropFirst(digits)
    return number
  }

  private static func pass(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// Microseconds.
  private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    guard pass(".", &rest) || pass(",", &rest) else { return 0 }
    var fraction: Int64 = 0
    var weight: Int64 = 100_000
    var isEmpty = true
    while let digit = number(1, &rest) {
      fraction += digit * weight
      weight /= 10
      isEmpty = false
    }
    return isEmpty ? nil : fraction
  }

  /// Seconds, to the end of the text.
  private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    if pass("Z", &rest) { return rest.isEmpty ? 0 : nil }
    let sign: Int64 = rest.first == UInt8(ascii: "-") ? -1 : 1
    guard pass("+", &rest) || pass("-", &rest), let hours = number(2, &rest) else { return nil }
    if rest.isEmpty { return sign * hours * 3_600 }
    _ = pass(":", &rest)
    guard let minutes = number(2, &rest), rest.isEmpty else { return nil }
    return sign * (hours * 3_600 + minutes * 60)
  }
}
