import Model

/// Reads JSON paths.
struct JSONPathReader {
  private var rest: Substring
  private let length: Int
  private var depth = 0

  init(_ text: String) {
    rest = text[...]
    length = text.count
  }

  /// The whole text as a path; the `$` at the start may be missing.
  mutating func path() throws(JSONPathError) -> [JSONPath.Part] {
    skipSpace()
    var parts: [JSONPath.Part] = []
    if rest.first == "$" {
      rest.removeFirst()
    } else if let first = rest.first, first != ".", first != "[" {
      parts.append(try key())
    }
    parts += try steps()
    skipSpace()
    guard rest.isEmpty else { throw failure("unexpected text") }
    return parts
  }

  private mutating func steps() throws(JSONPathError) -> [JSONPath.Part] {
    var parts: [JSONPath.Part] = []
    while let character = rest.first {
      if character == "[" {
        parts.append(try bracket())
      } else if character == "." {
        rest.removeFirst()
        if rest.first == "." {
          rest.removeFirst()
          parts.append(.descendants)
        }
        if rest.first != "[" { parts.append(try key()) }
      } else {
        break
      }
    }
    return parts
  }

  private mutating func key() throws(JSONPathError) -> JSONPath.Part {
    if rest.first == "*" {
      rest.removeFirst()
      return .all
    }
    let name = rest.prefix { !".[]()=!<>&|, \t\n'\"".contains($0) }
    guard !name.isEmpty else { throw failure("a key is missing") }
    rest = rest.dropFirst(name.count)
    guard rest.first != "(" else { throw failure("the function \(name)() is not known") }
    return .keys([String(name)])
  }

  private mutating func bracket() throws(JSONPathError) -> JSONPath.Part {
    rest.removeFirst()
    skipSpace()
    let part: JSONPath.Part
    switch rest.first {
    case "*":
      rest.removeFirst()
      part = .all
    case "?": part = .filter(try filter())
    case "'", "\"": part = .keys(try texts())
    default: part = try places()
    }
    skipSpace()
    guard rest.popFirst() == "]" else { throw failure("']' is missing") }
    return part
  }

  private mutating func texts() throws(JSONPathError) -> [String] {
    var texts = [try quoted()]
    while take(",") {
      skipSpace()
      texts.append(try quoted())
    }
    return texts
  }

  private mutating func places() throws(JSONPathError) -> JSONPath.Part {
    let first = number()
    skipSpace()
    if take(":") {
      skipSpace()
      let end = number()
      let step = take(":") ? number() ?? 1 : 1
      guard step > 0 else { throw failure("a step must be positive") }
      return .range(from: first, to: end, step: step)
    }
    guard let first else { throw failure("expected a key in quotes, a number, '*' or '?'") }
    var places = [first]
    while take(",") {
      skipSpace()
      guard let next = number() else { throw failure("expected a number") }
      places.append(next)
    }
    return .places(places)
  }

  private mutating func number() -> Int? {
    let digits = rest.prefix { $0 == "-" || ($0.isASCII && $0.isNumber) }
    guard digits.count < 12, let number = Int(digits) else { return nil }
    rest = rest.dropFirst(digits.count)
    return number
  }

  private mutating func quoted() throws(JSONPathError) -> String {
    guard let quote = rest.popFirst(), quote == "'" || quote == "\"" else {
      throw failure("expected a text in quotes")
    }
    var result = ""
    while let character = rest.popFirst() {
      if character == quote { return result }
      if character == "\\", let next = rest.popFirst() {
        result.append(next)
      } else {
        result.append(character)
      }
    }
    throw failure("a text has no end")
  }

  private mutating func skipSpace() { rest = rest.drop { $0.isWhitespace } }

  private func failure(_ reason: String) -> JSONPathError {
    JSONPathError(reason: "\(reason) at character \(length - rest.count + 1)")
  }
}

extension JSONPathReader {
  private mutating func filter() throws(JSONPathError) -> JSONPathCondition {
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

  private mutating func take(_ mark: String) -> Bool {
    skipSpace()
    guard rest.hasPrefix(mark) else { return false }
    if mark == "!", rest.hasPrefix("!=") { return false }
    rest = rest.dropFirst(mark.count)
    return true
  }
}
