import CLibPQ
import Database

/// Arguments as libpq takes them, all in the binary format.
///
/// Small values are laid out one after the other in one buffer; a large blob is passed where it is, so
/// that the only copy made of it is libpq's own.
struct Parameters {
  /// Blobs from this size on are not copied into the buffer.
  private static let large = 4096

  let types: [UInt32]
  private var buffer: [UInt8] = []
  private var offsets: [Int?] = []
  private var lengths: [Int32] = []
  private var blobs: [(index: Int, bytes: [UInt8])] = []

  init(_ arguments: [DatabaseValue]) {
    types = arguments.map(Self.type)
    for (index, argument) in arguments.enumerated() { add(argument, at: index) }
  }

  /// The OID that the server sees an argument as; a NULL's (0) follows from where it stands.
  static func type(_ value: DatabaseValue) -> UInt32 {
    switch value {
    case .null: 0
    case .integer: TypeID.int8
    case .real: TypeID.float8
    case .text: TypeID.text
    case .blob: TypeID.bytea
    }
  }

  private mutating func add(_ argument: DatabaseValue, at index: Int) {
    let start = buffer.count
    offsets.append(start)
    switch argument {
    case .null: offsets[index] = nil
    case .integer(let value): append(UInt64(bitPattern: value))
    case .real(let value): append(value.bitPattern)
    case .text(let value): buffer.append(contentsOf: value.utf8)
    case .blob(let bytes) where bytes.count < Self.large: buffer.append(contentsOf: bytes)
    case .blob(let bytes):
      offsets[index] = nil
      blobs.append((index, bytes))
      lengths.append(Int32(bytes.count))
      return
    }
    lengths.append(Int32(buffer.count - start))
  }

  private mutating func append(_ value: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) {
      buffer.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }

  /// Calls `body` with the values' addresses, lengths and formats, which are good during the call only.
  func withPointers<Answer>(
    _ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> Answer
  ) -> Answer {
    let formats = [Int32](repeating: 1, count: offsets.count)
    // One byte more, so that an empty value has an address too: libpq takes a missing one for NULL.
    return (buffer + [0]).withUnsafeBytes { bytes in
      let base = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      return addBlobs(0, offsets.map { $0.map { base + $0 } }) { body($0, lengths, formats) }
    }
  }

  private func addBlobs<Answer>(
    _ number: Int, _ pointers: [UnsafePointer<CChar>?],
    _ body: ([UnsafePointer<CChar>?]) -> Answer
  ) -> Answer {
    guard number < blobs.count else { return body(pointers) }
    let (index, blob) = blobs[number]
    return blob.withUnsafeBytes { bytes in
      var pointers = pointers
      pointers[index] = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      return addBlobs(number + 1, pointers, body)
    }
  }
}

/// The OIDs of PostgreSQL's built-in types (`pg_type.dat`).
enum TypeID {
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let oid: UInt32 = 26
  static let text: UInt32 = 25
  static let float4: UInt32 = 700
  static let float8: UInt32 = 701
  static let numeric: UInt32 = 1700
  static let void: UInt32 = 2278
  /// name, json, unknown, bpchar, varchar: their binary form is their text.
  static let texts: Set<UInt32> = [text, 19, 114, 705, 1042, 1043]
}
