import Model

/// A `JSONTree` as Foundation's decoder gives it.
struct DecodedJSON: Decodable {
  let tree: JSONTree

  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Key.self) {
      var values: [String: JSONTree] = [:]
      for key in container.allKeys {
        values[key.stringValue] = try container.decode(DecodedJSON.self, forKey: key).tree
      }
      tree = .map(values)
    } else if var container = try? decoder.unkeyedContainer() {
      var items: [JSONTree] = []
      while !container.isAtEnd { items.append(try container.decode(DecodedJSON.self).tree) }
      tree = .list(items)
    } else {
      tree = try Self.scalar(decoder.singleValueContainer())
    }
  }

  private static func scalar(_ container: any SingleValueDecodingContainer) throws -> JSONTree {
    if container.decodeNil() { return .null }
    if let value = try? container.decode(Bool.self) { return .boolean(value) }
    if let value = try? container.decode(Int64.self) { return .number(String(value)) }
    if let value = try? container.decode(Double.self) { return .number(String(value)) }
    return .text(try container.decode(String.self))
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }
}
