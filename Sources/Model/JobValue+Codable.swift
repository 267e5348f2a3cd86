// Stored form: null, true/false, text and lists are themselves; a number is `{"number": "0.10"}`; a map
// is `{"map": [key, value, key, value…]}`, because the store's JSON does not keep the order of keys.

extension JobValue: Codable {
  private enum Key: String, CodingKey { case number, map }

  public init(from decoder: any Decoder) throws {
    if let keyed = try? decoder.container(keyedBy: Key.self) {
      self = try Self.decodeObject(keyed)
      return
    }
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      self = .null
    } else if let value = try? single.decode(Bool.self) {
      self = .boolean(value)
    } else if let text = try? single.decode(String.self) {
      self = .text(text)
    } else {
      self = .list(try single.decode([JobValue].self))
    }
  }

  private static func decodeObject(
    _ keyed: KeyedDecodingContainer<Key>
  ) throws -> JobValue {
    if let number = try keyed.decodeIfPresent(String.self, forKey: .number) {
      return .number(number)
    }
    var items = try keyed.nestedUnkeyedContainer(forKey: .map)
    var entries: [JobEntry] = []
    while !items.isAtEnd {
      entries.append(JobEntry(try items.decode(String.self), try items.decode(JobValue.self)))
    }
    return .map(entries)
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .null:
      var single = encoder.singleValueContainer()
      try single.encodeNil()
    case .boolean(let value): try Self.encode(value, to: encoder)
    case .text(let text): try Self.encode(text, to: encoder)
    case .list(let items): try Self.encode(items, to: encoder)
    case .number(let text):
      var keyed = encoder.container(keyedBy: Key.self)
      try keyed.encode(text, forKey: .number)
    case .map(let entries):
      var keyed = encoder.container(keyedBy: Key.self)
      var items = keyed.nestedUnkeyedContainer(forKey: .map)
      for entry in entries {
        try items.encode(entry.key)
        try items.encode(entry.value)
      }
    }
  }

  private static func encode(_ value: some Encodable, to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    try single.encode(value)
  }
}
