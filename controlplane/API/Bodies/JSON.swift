/// A JSON value whose objects keep the order in which they were written: what handlers answer with and
/// what request bodies are read into.
enum JSON: Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case real(Double)
  case text(String)
  case array([JSON])
  case object([Member])

  /// One member of an object.
  struct Member: Sendable, Hashable {
    let key: String
    let value: JSON
  }

  /// A text, or null.
  static func optional(_ text: String?) -> JSON { text.map { .text($0) } ?? .null }
  static func texts(_ texts: some Sequence<String>) -> JSON { .array(texts.map { .text($0) }) }

  /// An object with the keys in alphabetical order.
  static func map(_ texts: [String: String]) -> JSON {
    .object(texts.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: .text($0.value)) })
  }

  /// Adds a member to an object, when there is a value.
  mutating func add(_ key: String, _ value: JSON?) {
    guard case .object(let members) = self, let value else { return }
    self = .object(members + [Member(key: key, value: value)])
  }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral
{
  init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member(key: $0.0, value: $0.1) })
  }
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(stringLiteral value: String) { self = .text(value) }
  init(booleanLiteral value: Bool) { self = .boolean(value) }
  init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSON {
  /// The member of an object; nil for a missing one and for anything but an object.
  subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key == key }?.value
  }

  var members: [Member]? { if case .object(let members) = self { members } else { nil } }
  var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

  /// A scalar as text; nil for null, arrays and objects.
  var scalar: String? {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .boolean(let value): value ? "true" : "false"
    case .null, .array, .object: nil
    }
  }

  /// Where the character U+0000 is in the value's texts and keys; nil for nowhere.
  var placeOfNull: String? {
    switch self {
    case .null, .boolean, .integer, .real: return nil
    case .text(let text): return text.utf8.contains(0) ? "the JSON text" : nil
    case .array(let elements): return elements.lazy.compactMap(\.placeOfNull).first
    case .object(let members):
      for member in members {
        if member.key.utf8.contains(0) { return "a key of the JSON document" }
        if member.value.placeOfNull != nil { return "\"\(member.key)\"" }
      }
      return nil
    }
  }

  /// What this value is called in messages to people.
  var kindName: String {
    switch self {
    case .null: "null"
    case .boolean: "true/false"
    case .integer, .real: "a number"
    case .text: "a text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
