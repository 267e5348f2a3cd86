import Model

// Conditions: `?(@.size > 3 && @.name == 'x')`.

extension JSONPathReader {
  mutating func filter() throws(JSONPathError) -> JSONPathCondition {
    rest.removeFirst()
    guard take("(") else { throw failure("expected '(' after '?'") }
    let condition = try either()
    guard take(")") else { throw failure("')' is missing") }
    return condition
  }

  private mutating func either() throws(JSONPathError) -> JSONPathCondition {
    var condition = try both()
    while take("||") { condition = .or(condition, try both()) }
    return condition
  }

  private mutating func both() throws(JSONPathError) -> JSONPathCondition {
    var condition = try single()
    while take("&&") { condition = .and(condition, try single()) }
    return condition
  }

  private mutating func single() throws(JSONPathError) -> JSONPathCondition {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 32 else { throw failure("it is nested too deep") }
    if take("!") { return .not(try single()) }
    if take("(") {
      let condition = try either()
      guard take(")") else { throw failure("')' is missing") }
      return condition
    }
    let left = try operand()
    for comparison in JSONPathCondition.Comparison.allCases where take(comparison.rawValue) {
      return .compares(left, comparison, try operand())
    }
    if rest.first == "=" { throw failure("this comparison is not known") }
    return .exists(left)
  }

  private mutating func operand() throws(JSONPathError) -> JSONPathCondition.Operand {
    skipSpace()
    switch rest.first {
    case "@":
      rest.removeFirst()
      return .path(try steps())
    case "'", "\"": return .constant(.text(try quoted()))
    default: return .constant(try word())
    }
  }

  private mutating func word() throws(JSONPathError) -> JobValue {
    let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    rest = rest.dropFirst(word.count)
    switch word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .null
    default:
      guard Double(word) != nil else { throw failure("expected '@', a text or a number") }
      return .number(String(word))
    }
  }
}
