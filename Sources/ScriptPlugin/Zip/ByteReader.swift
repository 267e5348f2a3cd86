/// Reads numbers in little endian; nothing is read beyond the end.
struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The unread bytes' place in the whole.
  var position: Int { rest.startIndex }

  mutating func number16() throws(ZipError) -> Int { Int(try number(bytes: 2)) }
  mutating func number32() throws(ZipError) -> Int { Int(try number(bytes: 4)) }

  mutating func bytes(_ count: Int) throws(ZipError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else { throw .damaged("it ends within a header") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private mutating func number(bytes count: Int) throws(ZipError) -> UInt64 {
    try bytes(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
