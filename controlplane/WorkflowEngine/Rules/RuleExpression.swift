import Pattern

/// What is asked before a step runs: of several groups one must hold, and of a group everything.
struct RuleConditions: Sendable, Hashable {
  var groups: [[RuleCondition]] = []

  func hold(_ values: [String: String]) -> Bool {
    groups.isEmpty || groups.contains { group in group.allSatisfy { $0.holds(values) } }
  }
}

/// `if:` or `unless:` with its expression.
struct RuleCondition: Sendable, Hashable {
  let expects: Bool
  let expression: RuleExpression

  init(expects: Bool, _ expression: RuleExpression) {
    self.expects = expects
    self.expression = expression
  }

  func holds(_ values: [String: String]) -> Bool { expression.holds(values) == expects }
}

/// A question about a variable: `!option.x` (it is unset) or `option.x==text`, with `==`, `!=`, `=~`, `!~`
/// (a regular expression for the whole value), `>=`, `<=`, `>` and `<` (numbers).
///
/// The right side is text, or another variable's name. Braces around a name (`${option.x}`) are not
/// needed. A variable that is unset is unequal to everything, and no number.
struct RuleExpression: Sendable, Hashable {
  /// How the sides are compared; nil asks whether the variable is unset.
  let comparison: Comparison?
  let key: String
  let value: String

  init(_ text: RuleText) throws(RulesetError) {
    if text.hasPrefix("!") {
      comparison = nil
      value = ""
      key = try Self.key(text.dropping(1))
      return
    }
    guard let (place, found) = Self.comparison(in: text) else {
      throw text.error("\"\(text.string)\" is no condition; \(Self.allowed)")
    }
    comparison = found
    key = try Self.key(text.part(text.characters.startIndex..<place))
    let right = text.part(place + found.rawValue.count..<text.characters.endIndex)
    value = right.string
    try found.check(right)
  }

  func holds(_ values: [String: String]) -> Bool {
    guard let comparison else { return values[key] == nil }
    let name = Self.name(value)
    let right = name == value ? values[name] ?? value : values[name]
    return comparison.holds(values[key], right)
  }

  private static func key(_ text: RuleText) throws(RulesetError) -> String {
    let key = name(text.string)
    let parts = key.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw text.error("\"\(key)\" is no variable; write its group and name, such as option.env")
    }
    return key
  }

  /// A variable's name without the braces that are not needed.
  private static func name(_ text: String) -> String {
    guard text.hasPrefix("${"), text.hasSuffix("}") else { return text }
    return String(text.dropFirst(2).dropLast())
  }

  /// The first place at which there is a comparison.
  private static func comparison(in text: RuleText) -> (Int, Comparison)? {
    for place in text.characters.indices {
      let rest = text.dropping(place - text.characters.startIndex)
      if let found = Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) {
        return (place, found)
      }
    }
    return nil
  }

  private static let allowed =
    "allowed are !NAME (unset) and NAME with ==, !=, =~, !~, >=, <=, > or < and a value"
}
