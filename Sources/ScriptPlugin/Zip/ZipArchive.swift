/// A zip file in memory: its directory is read and judged at once, its entries when they are asked for.
///
/// Nothing is unpacked that the directory does not announce, and what it announces is within the limits, so an archive
/// that unpacks to more than it says fails instead of filling the memory.
public struct ZipArchive: Sendable {
  public let entries: [ZipEntry]
  private let bytes: [UInt8]
  /// Where each entry's content is, by path.
  private let contents: [String: Range<Int>]

  /// - Throws: `ZipError` for anything that is not a plain zip file within the limits.
  public init(_ bytes: [UInt8], limits: ZipLimits = ZipLimits()) throws(ZipError) {
    guard bytes.count <= limits.archiveBytes else {
      throw .tooLarge("it has \(bytes.count) bytes, and \(limits.archiveBytes) are allowed")
    }
    let directory = try ZipDirectory(bytes)
    guard directory.count <= limits.entries else {
      throw .tooLarge("it has \(directory.count) entries, and \(limits.entries) are allowed")
    }
    let entries = try directory.entries()
    let size = entries.reduce(0) { $0 + $1.size }
    guard size <= limits.contentBytes else {
      throw .tooLarge("unpacked it has \(size) bytes, and \(limits.contentBytes) are allowed")
    }
    try Self.checkNames(entries)
    contents = try Self.places(of: entries, in: bytes, end: directory.start)
    self.bytes = bytes
    self.entries = entries
  }

  /// The content of a file.
  ///
  /// - Throws: `ZipError` when it is not what the directory announces.
  public func content(of entry: ZipEntry) throws(ZipError) -> [UInt8] {
    guard let place = contents[entry.path] else { return [] }
    let content =
      entry.isDeflated
      ? try Inflation.content(of: bytes[place], size: entry.size, name: entry.path)
      : Array(bytes[place])
    guard Inflation.checksum(of: content) == entry.checksum else {
      throw .damaged("the checksum of '\(entry.path)' is wrong")
    }
    return content
  }

  /// No path twice, and no file where another entry needs a folder.
  private static func checkNames(_ entries: [ZipEntry]) throws(ZipError) {
    var files: Set<String> = []
    var paths: Set<String> = []
    for entry in entries {
      guard paths.insert(entry.path).inserted else {
        throw .badName(entry.path, reason: "is there twice")
      }
      if !entry.isFolder { files.insert(entry.path) }
    }
    for entry in entries {
      var parent = entry.path[...]
      while let slash = parent.lastIndex(of: "/") {
        parent = parent[..<slash]
        if files.contains(String(parent)) {
          throw .badName(entry.path, reason: "is below a file")
        }
      }
    }
  }

  /// Where the contents are: no two of them share a byte, and each local header names the entry.
  private static func places(
    of entries: [ZipEntry], in bytes: [UInt8], end: Int
  ) throws(ZipError) -> [String: Range<Int>] {
    var places: [String: Range<Int>] = [:]
    var last = 0
    for entry in entries.sorted(by: { $0.offset < $1.offset }) {
      guard entry.offset >= last, entry.offset < end else {
        throw .damaged("'\(entry.path)' overlaps another entry")
      }
      var header = ByteReader(bytes[entry.offset..<end])
      guard try header.number32() == 0x0403_4B50 else {
        throw .damaged("'\(entry.path)' has no header")
      }
      _ = try header.bytes(22)
      let (name, extra) = (try header.number16(), try header.number16())
      guard try header.bytes(name) == entry.name else {
        throw .damaged("'\(entry.path)' has another name in its header")
      }
      _ = try header.bytes(extra)
      let start = header.position
      guard entry.packedSize <= end - start else {
        throw .damaged("'\(entry.path)' is not whole")
      }
      last = start + entry.packedSize
      if !entry.isFolder { places[entry.path] = start..<last }
    }
    return places
  }
}
