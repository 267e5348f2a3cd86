/// A duration as Rundeck's jobs have it (`timeout`, `retry`): numbers with units of `d`, `h`, `m` or `s`,
/// added up; a number without a unit means seconds.
public enum JobDuration {
  /// The longest one: ten years. More is taken for a mistake.
  public static let longest: Int64 = 10 * 366 * 86_400

  /// The seconds that a text says: 120 for `120` and for `2m`, 23,400 for `6h 30m`. Nil for any other text and
  /// for more than `longest`.
  public static func seconds(in text: String) -> Int64? {
    var total: Int64 = 0
    var rest = text.drop(while: \.isWhitespace)
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      guard !digits.isEmpty, digits.count <= 12, let number = Int64(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      var factor: Int64 = 1
      if let unit = rest.first, !unit.isWhitespace {
        guard let known = factors[unit] else { return nil }
        factor = known
        rest = rest.dropFirst()
      }
      let (seconds, overflows) = number.multipliedReportingOverflow(by: factor)
      guard !overflows, seconds <= longest - total else { return nil }
      total += seconds
      rest = rest.drop(while: \.isWhitespace)
    }
    return total
  }

  private static let factors: [Character: Int64] = [
    "d": 86_400, "h": 3_600, "m": 60, "s": 1, "D": 86_400, "H": 3_600, "M": 60, "S": 1,
  ]

  /// What such a text may be, for messages.
  public static let allowed = "a number of seconds, or numbers with units such as '1d 12h 30m 24s'"
}
