/// One file or folder of a zip file, as the archive's directory has it.
public struct ZipEntry: Sendable, Hashable {
  /// Its path, parted by `/`, without one at its end.
  public let path: String
  public let isFolder: Bool
  /// Whether its permissions let its owner run it.
  public let isExecutable: Bool
  /// Its size when it is unpacked.
  public let size: Int
  let isDeflated: Bool
  let packedSize: Int
  let checksum: UInt32
  /// Where its local header begins.
  let offset: Int
  /// The name as it is written.
  let name: ArraySlice<UInt8>

  /// Reads one header of the directory.
  init(_ reader: inout ByteReader) throws(ZipError) {
    guard try reader.number32() == 0x0201_4B50 else {
      throw .damaged("its directory has an entry without a header")
    }
    let madeBy = try reader.number16() >> 8
    _ = try reader.number16()
    let flags = try reader.number16()
    let method = try reader.number16()
    _ = try reader.number32()
    checksum = UInt32(try reader.number32())
    packedSize = try reader.number32()
    size = try reader.number32()
    let (nameLength, extra) = (try reader.number16(), try reader.number16())
    let comment = try reader.number16()
    _ = try reader.number32()
    let attributes = try reader.number32()
    offset = try reader.number32()
    name = try reader.bytes(nameLength)
    _ = try reader.bytes(extra + comment)
    let text = try ZipName.text(name)
    path = try ZipName.path(text)
    isDeflated = try Self.isDeflated(method, flags: flags, text)
    let mode = madeBy == 3 ? attributes >> 16 : 0
    isFolder = text.hasSuffix("/") || attributes & 0x10 != 0 && size == 0
    isExecutable = mode & 0o100 != 0
    try Self.check(mode: mode, isFolder: isFolder, text)
    guard !isFolder || size == 0 else { throw .badName(text, reason: "is a folder with content") }
    guard isDeflated || packedSize == size else {
      throw .damaged("the sizes of the stored entry '\(text.prefix(200))' differ")
    }
  }

  private static func isDeflated(
    _ method: Int, flags: Int, _ name: String
  ) throws(ZipError) -> Bool {
    guard flags & 0x2041 == 0 else { throw .unsupported("'\(name.prefix(200))' is encrypted") }
    switch method {
    case 0: return false
    case 8: return true
    default: throw .unsupported("'\(name.prefix(200))' is compressed by method \(method)")
    }
  }

  /// Only files and folders: a link leads to wherever it wants.
  private static func check(mode: Int, isFolder: Bool, _ name: String) throws(ZipError) {
    switch mode & 0o170000 {
    case 0, 0o100000: return
    case 0o040000 where isFolder: return
    case 0o120000: throw .badName(name, reason: "is a symbolic link")
    default: throw .badName(name, reason: "is neither a file nor a folder")
    }
  }
}

/// The rules for names within an archive.
enum ZipName {
  static func text(_ bytes: ArraySlice<UInt8>) throws(ZipError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .badName(String(decoding: bytes, as: UTF8.self), reason: "has a name that is no UTF-8")
    }
    return text
  }

  /// The path of a name. Throws for one that is absolute, has `..` in it, or what no path should have.
  static func path(_ name: String) throws(ZipError) -> String {
    guard !name.isEmpty, name.utf8.count <= 1_024 else {
      throw .badName(name, reason: "has a name that is empty or longer than 1024 bytes")
    }
    if name.hasPrefix("/") { throw .badName(name, reason: "has an absolute name") }
    guard !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0x5C }) else {
      throw .badName(name, reason: "has a control character or a backslash in its name")
    }
    var parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if parts.last == "" { parts.removeLast() }
    for part in parts {
      guard part != "..", part != ".", !part.isEmpty, part.utf8.count <= 255 else {
        throw .badName(name, reason: "has a part in its name that no file may have: '\(part)'")
      }
    }
    return parts.joined(separator: "/")
  }
}
