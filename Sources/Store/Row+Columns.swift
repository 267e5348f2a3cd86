public import Database
public import Model

/// Typed columns. Each throws `StoreError.corrupt` when the answer has no such column or the column
/// holds another type; the plain ones also when it is NULL.
extension Row {
  /// A number.
  public func int(_ column: String) throws(StoreError) -> Int64 {
    guard let value = try optionalInt(column) else { throw mismatch(column) }
    return value
  }

  /// A number, or nil for NULL.
  public func optionalInt(_ column: String) throws(StoreError) -> Int64? {
    switch self[column] {
    case .integer(let value): return value
    case .null: return nil
    default: throw mismatch(column)
    }
  }

  /// A flag, stored as 0 or 1.
  public func bool(_ column: String) throws(StoreError) -> Bool { try int(column) != 0 }

  /// A text.
  public func text(_ column: String) throws(StoreError) -> String {
    guard let value = try optionalText(column) else { throw mismatch(column) }
    return value
  }

  /// A text, or nil for NULL.
  public func optionalText(_ column: String) throws(StoreError) -> String? {
    switch self[column] {
    case .text(let value): return value
    case .null: return nil
    default: throw mismatch(column)
    }
  }

  /// A point in time, stored as microseconds since 1970.
  public func instant(_ column: String) throws(StoreError) -> Instant {
    Instant(microseconds: try int(column))
  }

  /// A point in time, or nil for NULL.
  public func optionalInstant(_ column: String) throws(StoreError) -> Instant? {
    try optionalInt(column).map(Instant.init(microseconds:))
  }

  /// Bytes.
  public func blob(_ column: String) throws(StoreError) -> [UInt8] {
    guard let value = try optionalBlob(column) else { throw mismatch(column) }
    return value
  }

  /// Bytes, or nil for NULL.
  public func optionalBlob(_ column: String) throws(StoreError) -> [UInt8]? {
    switch self[column] {
    case .blob(let value): return value
    case .null: return nil
    default: throw mismatch(column)
    }
  }

  /// A text that is one of an enumeration's raw values.
  public func value<Value: RawRepresentable<String>>(
    _ column: String, as type: Value.Type = Value.self
  ) throws(StoreError) -> Value {
    guard let value = Value(rawValue: try text(column)) else { throw mismatch(column) }
    return value
  }

  private func mismatch(_ column: String) -> StoreError {
    let found =
      switch self[column] {
      case .none: "nothing: the answer has no such column"
      case .null: "NULL"
      case .integer(let value): "the number \(value)"
      case .real(let value): "the number \(value)"
      case .text(let value): "the text \"\(value.prefix(100))\""
      case .blob(let value): "\(value.count) bytes"
      }
    return .corrupt(table: nil, column: column, value: found)
  }
}

extension DatabaseValue {
  /// A point in time as it is stored.
  public static func instant(_ instant: Instant) -> DatabaseValue { .integer(instant.microseconds) }
  /// A point in time as it is stored, NULL for nil.
  public static func instant(_ instant: Instant?) -> DatabaseValue {
    instant.map { .integer($0.microseconds) } ?? .null
  }
  /// A text, NULL for nil.
  public static func text(_ text: String?) -> DatabaseValue { text.map { .text($0) } ?? .null }
  /// A number, NULL for nil.
  public static func integer(_ number: Int64?) -> DatabaseValue {
    number.map { .integer($0) } ?? .null
  }
  /// Bytes, NULL for nil.
  public static func blob(_ bytes: [UInt8]?) -> DatabaseValue { bytes.map { .blob($0) } ?? .null }
  /// A flag as it is stored: 0 or 1.
  public static func flag(_ flag: Bool) -> DatabaseValue { .integer(flag ? 1 : 0) }
}
