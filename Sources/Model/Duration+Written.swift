extension Duration {
  /// A duration as people write it in settings: a whole number with a unit (`500ms`, `10s`, `5m`, `2h`, `1d`; in any
  /// case, with or without spaces between), or a plain number of `plain` milliseconds. Nil for anything else, and
  /// for more than 64 bits of milliseconds hold.
  public init?(written text: some StringProtocol, plain: Int64) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text[digits.endIndex...].lowercased().filter { !$0.isWhitespace }
    guard let count = Int64(digits), let scale = unit.isEmpty ? plain : Self.written[unit] else {
      return nil
    }
    let (milliseconds, isTooLong) = count.multipliedReportingOverflow(by: scale)
    if isTooLong { return nil }
    self = .milliseconds(milliseconds)
  }

  /// The units' lengths in milliseconds.
  private static let written: [String: Int64] = [
    "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
  ]
}
