extension [UInt8] {
  mutating func appendVarint(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  mutating func appendZigzag(_ number: Int64) {
    appendVarint(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
  }
}

/// Reads the numbers of a frame table.
struct TableReader {
  let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func byte() throws(LogStorageError) -> UInt8 {
    guard position < bytes.count else { throw Self.damaged }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func varint() throws(LogStorageError) -> UInt64 {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 64 {
      let byte = try byte()
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
    throw Self.damaged
  }

  mutating func zigzag() throws(LogStorageError) -> Int64 {
    let number = try varint()
    return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }

  /// A count or length, at most `most`.
  mutating func count(most: Int = FrameTable.limit) throws(LogStorageError) -> Int {
    let number = try varint()
    guard number <= UInt64(most) else { throw Self.damaged }
    return Int(number)
  }

  mutating func slice(_ count: Int) throws(LogStorageError) -> ArraySlice<UInt8> {
    guard bytes.count - position >= count else { throw Self.damaged }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func skipFrame() throws(LogStorageError) {
    let form = FrameTable.Form(rawValue: try byte() >> 6)
    if form == .raw {
      _ = try slice(try count())
      return
    }
    _ = try byte()
    _ = try zigzag()
    let length = try count()
    if form == .payload { _ = try slice(length) }
  }

  private static var damaged: LogStorageError {
    LogStorageError(.damaged, "the index of a segment ends too early or holds impossible numbers")
  }
}
