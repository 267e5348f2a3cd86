/// Where a zip file's directory is and how many entries it has.
struct ZipDirectory {
  let count: Int
  /// Where the directory begins: all contents are before it.
  let start: Int
  private let bytes: ArraySlice<UInt8>

  /// Finds the directory by the record at the file's end.
  init(_ bytes: [UInt8]) throws(ZipError) {
    guard let end = Self.end(of: bytes) else {
      throw .damaged("it has no directory, so it is no zip file")
    }
    var reader = ByteReader(bytes[end...])
    _ = try reader.number32()
    let (disk, first) = (try reader.number16(), try reader.number16())
    let (here, all) = (try reader.number16(), try reader.number16())
    let (size, start) = (try reader.number32(), try reader.number32())
    guard all != 0xFFFF, size != 0xFFFF_FFFF, start != 0xFFFF_FFFF else {
      throw .unsupported("it is a zip64 file")
    }
    guard disk == 0, first == 0, here == all else {
      throw .unsupported("it is one of several parts")
    }
    guard start <= end, size == end - start else {
      throw .damaged("its directory is not where it should be")
    }
    count = all
    self.start = start
    self.bytes = bytes[start..<end]
  }

  /// The entries, each judged by itself.
  func entries() throws(ZipError) -> [ZipEntry] {
    var reader = ByteReader(bytes)
    var entries: [ZipEntry] = []
    for _ in 0..<count { entries.append(try ZipEntry(&reader)) }
    guard reader.position == bytes.endIndex else {
      throw .damaged("its directory has more than its \(count) entries")
    }
    return entries
  }

  /// Where the record at the end begins: the last place where one fits with a comment that ends with the file.
  private static func end(of bytes: [UInt8]) -> Int? {
    let length = 22
    guard bytes.count >= length else { return nil }
    let first = max(0, bytes.count - length - 0xFFFF)
    for place in stride(from: bytes.count - length, through: first, by: -1)
    where bytes[place..<(place + 4)].elementsEqual([0x50, 0x4B, 0x05, 0x06]) {
      let comment = Int(bytes[place + 20]) | Int(bytes[place + 21]) << 8
      if place + length + comment == bytes.count { return place }
    }
    return nil
  }
}
