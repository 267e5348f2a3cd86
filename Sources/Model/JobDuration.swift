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

  /// The seconds that a text with further words says, as a job's `timeout` and the delay of its `retry` may be: 9,000 for
  /// `2h, then 30 minutes`. Words that are no units are passed over.
  ///
  /// Nil where there is no number, where one is negative or has a fraction, where letters that are no unit follow it at
  /// once, and for more than `longest`.
  public static func seconds(amongWords text: String) -> Int64? {
    var total: Int64?
    var rest = text[...]
    var last: Character?
    while let next = rest.first {
      guard next.isDigit else {
        last = rest.removeFirst()
        continue
      }
      guard last.map({ $0.isWhitespace || ",;(+".contains($0) }) ?? true else {
        return nil
      }
      let digits = rest.prefix(while: \.isDigit)
      rest = rest.dropFirst(digits.count)
      guard digits.count <= 12, let number = Int64(digits), let factor = takeUnit(&rest) else {
        return nil
      }
      let (seconds, overflows) = number.multipliedReportingOverflow(by: factor)
      guard !overflows, seconds <= longest - (total ?? 0) else { return nil }
      total = (total ?? 0) + seconds
      last = " "
    }
    return total
  }

  /// The seconds of the unit that a number has, next to it or behind blanks; 1 where the next word is none. Nil for
  /// letters next to it that are no unit, and for a fraction.
  private static func takeUnit(_ rest: inout Substring) -> Int64? {
    let behind = rest.drop(while: \.isWhitespace)
    let word = behind.prefix(while: \.isLetter)
    let isNext = behind.startIndex == rest.startIndex
    if let factor = units[word.lowercased()] {
      rest = behind.dropFirst(word.count)
      return factor
    }
    if isNext, !word.isEmpty { return nil }
    if rest.first == ".", rest.dropFirst().first?.isDigit == true { return nil }
    return 1
  }

  private static let units: [String: Int64] = {
    let names: [(Int64, String)] = [
      (86_400, "d day days"), (3_600, "h hr hrs hour hours"), (60, "m min mins minute minutes"),
      (1, "s sec secs second seconds"),
    ]
    var units: [String: Int64] = [:]
    for (factor, words) in names {
      for word in words.split(separator: " ") { units[String(word)] = factor }
    }
    return units
  }()

  private static let factors: [Character: Int64] = [
    "d": 86_400, "h": 3_600, "m": 60, "s": 1, "D": 86_400, "H": 3_600, "M": 60, "S": 1,
  ]

  /// What such a text may be, for messages.
  public static let allowed = "a number of seconds, or numbers with units such as '1d 12h 30m 24s'"
}

extension Character {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
