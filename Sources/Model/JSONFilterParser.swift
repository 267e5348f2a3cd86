/// Reads a `JSONFilter`.
struct JSONFilterParser {
  private typealias Expression = JSONFilter.Expression

  private let text: [Character]
  private var place = 0
  private var depth = 0

  init(_ text: String) { self.text = Array(text) }

  mutating func parse() throws(JSONFilter.Problem) -> JSONFilter.Expression {
    guard text.count <= 4_096 else { throw problem("it is longer than 4,096 characters") }
    let expression = try pipe()
    guard place == text.count else { throw unknown() }
    return expression
  }

  private mutating func pipe() throws(JSONFilter.Problem) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 40 else { throw problem("it is nested too deep") }
    var expression = try comma()
    while take("|") { expression = .pipe(expression, try comma()) }
    return expression
  }

  private mutating func comma() throws(JSONFilter.Problem) -> Expression {
    var expression = try term()
    while take(",") { expression = .both(expression, try term()) }
    return expression
  }

  private mutating func term() throws(JSONFilter.Problem) -> Expression {
    skipBlanks()
    if take("(") {
      let inner = try pipe()
      guard take(")") else { throw unknown(expected: ")") }
      return try suffixes(of: inner)
    }
    if take("{") { return try suffixes(of: try object()) }
    guard place < text.count, text[place] == "." else { throw unknown() }
    place += 1
    if let name = try name() {
      return try suffixes(of: .key(name, isOptional: takesQuestionMark()))
    }
    return try suffixes(of: .identity)
  }

  private mutating func suffixes(
    of first: Expression
  ) throws(JSONFilter.Problem) -> Expression {
    var expression = first
    while place < text.count {
      if text[place] == "[" {
        place += 1
        expression = .pipe(expression, try bracket())
      } else if text[place] == "." {
        place += 1
        if place < text.count, text[place] == "[" { continue }
        guard let name = try name() else { throw unknown() }
        expression = .pipe(expression, .key(name, isOptional: takesQuestionMark()))
      } else if text[place] == "?" {
        place += 1
      } else {
        break
      }
    }
    return expression
  }

  /// Behind `[`.
  private mutating func bracket() throws(JSONFilter.Problem) -> Expression {
    skipBlanks()
    if take("]") { return .all(isOptional: takesQuestionMark()) }
    if place < text.count, text[place] == "\"" {
      let name = try quoted()
      guard take("]") else { throw unknown(expected: "]") }
      return .key(name, isOptional: takesQuestionMark())
    }
    let isNegative = take("-")
    let digits = text[place...].prefix { ("0"..."9").contains($0) }
    guard !digits.isEmpty, digits.count <= 9, let number = Int(String(digits)) else {
      throw unknown()
    }
    place += digits.count
    guard take("]") else { throw unknown(expected: "]") }
    return .place(isNegative ? -number : number, isOptional: takesQuestionMark())
  }

  /// Behind `{`.
  private mutating func object() throws(JSONFilter.Problem) -> Expression {
    var members: [JSONFilter.Member] = []
    if take("}") { return .object([]) }
    repeat {
      skipBlanks()
      guard let name = try name() else { throw unknown() }
      let value: Expression = take(":") ? try term() : .key(name, isOptional: false)
      members.append(JSONFilter.Member(name: name, value: value))
    } while take(",")
    guard take("}") else { throw unknown(expected: "}") }
    return .object(members)
  }

  private mutating func name() throws(JSONFilter.Problem) -> String? {
    guard place < text.count else { return nil }
    if text[place] == "\"" { return try quoted() }
    let name = text[place...].prefix {
      $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber))
    }
    guard let first = name.first, !first.isNumber else { return nil }
    place += name.count
    return String(name)
  }

  private mutating func quoted() throws(JSONFilter.Problem) -> String {
    place += 1
    var result = ""
    while place < text.count, text[place] != "\"" {
      if text[place] == "\\" {
        place += 1
        guard place < text.count, text[place] == "\"" || text[place] == "\\" else {
          throw unknown()
        }
      }
      result.append(text[place])
      place += 1
    }
    guard place < text.count else { throw unknown(expected: "\"") }
    place += 1
    return result
  }

  private mutating func takesQuestionMark() -> Bool {
    guard place < text.count, text[place] == "?" else { return false }
    place += 1
    return true
  }

  private mutating func take(_ character: Character) -> Bool {
    skipBlanks()
    guard place < text.count, text[place] == character else { return false }
    place += 1
    return true
  }

  private mutating func skipBlanks() {
    while place < text.count, text[place].isWhitespace { place += 1 }
  }

  private func unknown(expected: String? = nil) -> JSONFilter.Problem {
    let found = place < text.count ? "'\(String(text[place...].prefix(20)))'" : "its end"
    let wish = expected.map { "expected '\($0)'" } ?? "not supported"
    return problem("\(wish) at \(found); \(Self.supported)")
  }

  private func problem(_ reason: String) -> JSONFilter.Problem {
    JSONFilter.Problem("The filter '\(String(text.prefix(80)))' cannot be used: \(reason)")
  }

  private static let supported =
    "supported are paths (.a.b, .[\"a b\"], [0], [], ?), '|', ',' and objects ({id: .a.id})"
}
