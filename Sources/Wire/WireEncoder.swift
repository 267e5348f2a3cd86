/// Writes fields as tag-length-value: a varint `number << 1 | shape`, then a varint (shape 0) or a
/// varint length and so many bytes (shape 1). A reader skips numbers it does not know.
public struct WireEncoder: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8] = []

  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Makes room for so many bytes more.
  public mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

  /// Writes a number. Negative ones take their two's complement in 64 bits.
  public mutating func field(_ number: UInt64, _ value: Int64) {
    field(number, UInt64(bitPattern: value))
  }

  public mutating func field(_ number: UInt64, _ value: UInt64) {
    varint(number << 1)
    varint(value)
  }

  public mutating func field(_ number: UInt64, _ value: Bool) {
    field(number, value ? UInt64(1) : 0)
  }

  public mutating func field(_ number: UInt64, _ value: String) {
    var value = value
    value.withUTF8 { field(number, raw: UnsafeRawBufferPointer($0)) }
  }

  public mutating func field(_ number: UInt64, _ value: some Collection<UInt8>) {
    varint(number << 1 | 1)
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// Writes a message inside this one.
  public mutating func field(_ number: UInt64, _ message: some WireMessage) {
    field(number, message.bytes)
  }

  private mutating func field(_ number: UInt64, raw: UnsafeRawBufferPointer) {
    varint(number << 1 | 1)
    varint(UInt64(raw.count))
    bytes.append(contentsOf: raw)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
