import Model

/// Reads JSON paths.
struct JSONPathReader {
  var rest: Substring
  private let length: Int
  var depth = 0

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

  mutating func steps() throws(JSONPathError) -> [JSONPath.Part] {
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

  mutating func quoted() throws(JSONPathError) -> String {
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

  mutating func skipSpace() { rest = rest.drop { $0.isWhitespace } }

  func failure(_ reason: String) -> JSONPathError {
    JSONPathError(reason: "\(reason) at character \(length - rest.count + 1)")
  }

  mutating func take(_ mark: String) -> Bool {
    skipSpace()
    guard rest.hasPrefix(mark) else { return false }
    if mark == "!", rest.hasPrefix("!=") { return false }
    rest = rest.dropFirst(mark.count)
    return true
  }
}
