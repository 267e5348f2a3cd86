import FoundationEssentials

/// A JSON document whose parts are reached by name and by index; a part that is not there is `.null`.
@dynamicMemberLookup
public enum JSONDocument: Sendable, Hashable, Decodable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([JSONDocument])
  case object([String: JSONDocument])

  /// Reads a document; throws when the bytes are no JSON.
  public init(_ bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(JSONDocument.self, from: Data(bytes))
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONDocument].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONDocument].self))
    }
  }

  public subscript(dynamicMember name: String) -> JSONDocument { self[name] }

  public subscript(name: String) -> JSONDocument {
    if case .object(let members) = self { members[name] ?? .null } else { .null }
  }

  public subscript(index: Int) -> JSONDocument {
    if case .list(let items) = self, items.indices.contains(index) { items[index] } else { .null }
  }

  /// The text, or nil when it is something else.
  public var text: String? { if case .text(let value) = self { value } else { nil } }
  /// The number without its fraction, or nil when it is something else.
  public var int: Int? { if case .number(let value) = self { Int(value) } else { nil } }
  /// The truth value, or nil when it is something else.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The items; empty when it is no list.
  public var items: [JSONDocument] { if case .list(let value) = self { value } else { [] } }
  /// The members; empty when it is no object.
  public var members: [String: JSONDocument] {
    if case .object(let value) = self { value } else { [:] }
  }
}
