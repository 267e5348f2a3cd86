import Pattern

/// How two values are compared, as rules write it. Longer ones first, so that the first match is the one meant.
enum Comparison: String, Sendable, Hashable, CaseIterable {
  case equal = "=="
  case unequal = "!="
  case matches = "=~"
  case doesNotMatch = "!~"
  case atLeast = ">="
  case atMost = "<="
  case more = ">"
  case less = "<"

  /// Whether the comparison holds; nil stands for a variable that is unset.
  ///
  /// Numbers that are none, and expressions that cannot be matched in time, make it fail.
  func holds(_ left: String?, _ right: String?) -> Bool {
    switch self {
    case .equal: left != nil && left == right
    case .unequal: left == nil || left != right
    case .matches: Self.match(left, right) ?? false
    case .doesNotMatch: left == nil || !(Self.match(left, right) ?? true)
    case .atLeast: Self.compare(left, right) { $0 >= $1 }
    case .atMost: Self.compare(left, right) { $0 <= $1 }
    case .more: Self.compare(left, right) { $0 > $1 }
    case .less: Self.compare(left, right) { $0 < $1 }
    }
  }

  /// Refuses a right side that can never be compared.
  func check(_ right: RuleText) throws(RulesetError) {
    let text = right.string
    switch self {
    case .equal, .unequal: return
    case .matches, .doesNotMatch:
      guard !text.hasPrefix("${") else { return }
      do {
        _ = try JobPattern(text)
      } catch {
        throw right.error("\(error)")
      }
    case .atLeast, .atMost, .more, .less:
      guard DecimalNumber(text) == nil, !text.contains(".") else { return }
      throw right.error(
        "\"\(text)\" can not be compared by \(rawValue); allowed are a number and a variable")
    }
  }

  private static func compare(
    _ left: String?, _ right: String?, _ holds: (DecimalNumber, DecimalNumber) -> Bool
  ) -> Bool {
    guard let left = left.flatMap(DecimalNumber.init), let right = right.flatMap(DecimalNumber.init)
    else { return false }
    return holds(left, right)
  }

  private static func match(_ value: String?, _ pattern: String?) -> Bool? {
    guard let value, let pattern, let compiled = try? JobPattern(pattern) else { return nil }
    return try? compiled.matches(value)
  }
}

/// A number as people write it: `-12`, `3.50`. Compared exactly, however long it is.
struct DecimalNumber: Sendable, Hashable, Comparable {
  private let isNegative: Bool
  /// Without zeros that mean nothing.
  private let whole: [UInt8]
  private let fraction: [UInt8]

  init?(_ text: String) {
    var digits = Array(text.utf8)[...]
    let sign = digits.first
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { digits.removeFirst() }
    let parts = digits.split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, !first.isEmpty, parts.last?.isEmpty == false,
      parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    whole = Array(first.drop { $0 == 0x30 })
    var rest = parts.count == 2 ? parts[1] : []
    while rest.last == 0x30 { rest.removeLast() }
    fraction = Array(rest)
    isNegative = sign == UInt8(ascii: "-") && !(whole.isEmpty && fraction.isEmpty)
  }

  static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
    guard left.isNegative == right.isNegative else { return left.isNegative }
    return left.isNegative ? right.isSmaller(than: left) : left.isSmaller(than: right)
  }

  private func isSmaller(than other: DecimalNumber) -> Bool {
    if whole.count != other.whole.count { return whole.count < other.whole.count }
    if whole != other.whole { return whole.lexicographicallyPrecedes(other.whole) }
    return fraction.lexicographicallyPrecedes(other.fraction)
  }
}
