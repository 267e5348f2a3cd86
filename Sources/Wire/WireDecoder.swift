/// Reads the fields that `WireEncoder` wrote, in their order.
public struct WireDecoder: Sendable {
  /// One field: its number and what it holds.
  public struct Field: Sendable {
    /// A number or bytes.
    public enum Value: Sendable {
      case number(UInt64)
      case bytes(ArraySlice<UInt8>)
    }

    public let number: UInt64
    public let value: Value
  }

  private var rest: ArraySlice<UInt8>

  public init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next field, or nil at the end. Throws when the bytes end inside a field.
  public mutating func next() throws(WireError) -> Field? {
    if rest.isEmpty { return nil }
    let tag = try varint()
    if tag & 1 == 0 { return Field(number: tag >> 1, value: .number(try varint())) }
    let length = try varint()
    guard length <= UInt64(rest.count) else { throw .truncated }
    let bytes = rest.prefix(Int(length))
    rest = rest.dropFirst(Int(length))
    return Field(number: tag >> 1, value: .bytes(bytes))
  }

  private mutating func varint() throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = rest.popFirst() {
      guard shift < 63 || (shift == 63 && byte <= 1) else { throw .overlongNumber }
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    throw .truncated
  }
}

extension WireDecoder.Field {
  /// The field as an unsigned number.
  public var unsigned: UInt64 {
    get throws(WireError) {
      guard case .number(let value) = value else { throw .wrongShape(field: number) }
      return value
    }
  }

  /// The field as a signed number.
  public var signed: Int64 {
    get throws(WireError) { Int64(bitPattern: try unsigned) }
  }

  public var bool: Bool {
    get throws(WireError) { try unsigned != 0 }
  }

  /// The field as bytes; a slice of the message.
  public var bytes: ArraySlice<UInt8> {
    get throws(WireError) {
      guard case .bytes(let value) = value else { throw .wrongShape(field: number) }
      return value
    }
  }

  /// The field as text; throws when it is no UTF-8.
  public var text: String {
    get throws(WireError) {
      guard let text = String(validating: try bytes, as: UTF8.self) else {
        throw .notText(field: number)
      }
      return text
    }
  }
}
