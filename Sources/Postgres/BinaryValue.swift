import Database

/// PostgreSQL's binary results as values.
enum BinaryValue {
  /// The value in `bytes` of the type `type`, or nil when no value of ours can hold that type.
  static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> DatabaseValue? {
    switch type {
    case TypeID.int8: .integer(load(bytes))
    case TypeID.int4: .integer(Int64(load(bytes) as Int32))
    case TypeID.int2: .integer(Int64(load(bytes) as Int16))
    case TypeID.oid: .integer(Int64(load(bytes) as UInt32))
    case TypeID.bool: .integer(bytes.first == 1 ? 1 : 0)
    case TypeID.bytea: .blob([UInt8](bytes))
    case TypeID.float8: .real(Double(bitPattern: load(bytes)))
    case TypeID.float4: .real(Double(Float(bitPattern: load(bytes))))
    case TypeID.numeric: numeric(bytes)
    case TypeID.void: .null
    default: TypeID.texts.contains(type) ? .text(String(decoding: bytes, as: UTF8.self)) : nil
    }
  }

  private static func load<Number: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer) -> Number {
    Number(bigEndian: bytes.loadUnaligned(as: Number.self))
  }

  /// A `numeric`, which sums of BIGINT are: the count of its base-10,000 digits, the first one's weight,
  /// a sign, a scale, then the digits. A whole number that fits is an integer, all others are real.
  private static func numeric(_ bytes: UnsafeRawBufferPointer) -> DatabaseValue? {
    let words = stride(from: 0, to: bytes.count - 1, by: 2).map {
      Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int16.self))
    }
    guard words.count >= 4, words.count == 4 + Int(words[0]) else { return nil }
    let (weight, sign) = (Int(words[1]), UInt16(bitPattern: words[2]))
    guard sign == 0 || sign == 0x4000 else { return .real(.nan) }
    let digits = words.dropFirst(4).map(Int64.init)
    if let whole = integer(digits, weight: weight, negative: sign == 0x4000) {
      return .integer(whole)
    }
    var value = 0.0
    var factor = 1.0
    for _ in 0..<abs(weight) { factor *= 10_000 }
    if weight < 0 { factor = 1 / factor }
    for digit in digits {
      value += Double(digit) * factor
      factor /= 10_000
    }
    return .real(sign == 0 ? value : -value)
  }

  private static func integer(_ digits: [Int64], weight: Int, negative: Bool) -> Int64? {
    guard digits.count <= weight + 1 || digits.isEmpty else { return nil }
    guard !digits.isEmpty else { return 0 }
    var value: Int64 = 0
    for index in 0...weight {
      let digit = index < digits.count ? digits[index] : 0
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10_000)
      let (sum, alsoTooLarge) = product.subtractingReportingOverflow(digit)
      if tooLarge || alsoTooLarge { return nil }
      value = sum
    }
    if negative { return value }
    return value == .min ? nil : -value
  }
}
