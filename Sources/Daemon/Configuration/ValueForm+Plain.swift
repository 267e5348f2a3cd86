extension ValueForm where Value == Int {
  /// A whole number within the range.
  public static func int(_ range: ClosedRange<Int> = .min ... .max) -> Self {
    Self(
      allowed: describe(range),
      parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } },
      format: { String($0) })
  }

  private static func describe(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): "a whole number"
    case (let low, .max): "a whole number of at least \(low)"
    case (.min, let high): "a whole number of at most \(high)"
    case (let low, let high): "a whole number from \(low) to \(high)"
    }
  }
}

extension ValueForm where Value == Bool {
  /// `true` or `false`; `yes`, `no`, `on`, `off`, `1` and `0` are read too, in any case.
  public static var bool: Self {
    Self(
      allowed: "true or false",
      parse: { text in
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
      },
      format: { $0 ? "true" : "false" })
  }
}

extension ValueForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of an enumeration's raw values, in any case.
  public static var oneOf: Self {
    let names = Value.allCases.map(\.rawValue)
    return Self(
      allowed: "one of " + names.joined(separator: ", "),
      parse: { text in Value.allCases.first { $0.rawValue.lowercased() == text.lowercased() } },
      format: { $0.rawValue })
  }
}
