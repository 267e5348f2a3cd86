import FoundationEssentials

/// The documents in the ledger's text columns.
enum StoredJSON {
  static func decode<Value: Decodable>(
    _ text: String, column: String
  ) throws(StoreError) -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    } catch {
      throw .corrupt(table: nil, column: column, value: String(text.prefix(100)))
    }
  }

  /// Keys are sorted, so equal values have equal texts.
  static func encode(_ value: some Encodable, column: String) throws(StoreError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw .corrupt(table: nil, column: column, value: "\(error)")
    }
  }
}
