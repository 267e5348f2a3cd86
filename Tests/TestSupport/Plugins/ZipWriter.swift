import CZlib

/// Makes zip files, also such as nobody should make.
public struct ZipWriter: Sendable {
  /// One entry, as the archive's directory has it.
  public struct Entry: Sendable {
    public var name: String
    public var content: [UInt8]
    /// Type and permissions, as Unix has them; 0 for none.
    public var mode: Int
    public var isDeflated: Bool
    /// What the directory says instead of the content's size.
    public var claimedSize: Int?
    public var flags = 0

    public init(
      _ name: String, _ content: String = "", mode: Int = 0o100644, isDeflated: Bool = true
    ) {
      self.init(name, bytes: Array(content.utf8), mode: mode, isDeflated: isDeflated)
    }

    public init(
      _ name: String, bytes: [UInt8], mode: Int = 0o100644, isDeflated: Bool = true
    ) {
      self.name = name
      content = bytes
      self.mode = mode
      self.isDeflated = isDeflated
    }
  }

  public var entries: [Entry]

  public init(_ entries: [Entry]) { self.entries = entries }

  /// A plugin's archive: its `plugin.yaml` and its files below `contents/`, all in the folder that the file's name says.
  public init(plugin folder: String, yaml: String, files: [String: String]) {
    entries = [
      Entry("\(folder)/", mode: 0o040755, isDeflated: false),
      Entry("\(folder)/plugin.yaml", yaml),
    ]
    for (name, content) in files.sorted(by: { $0.key < $1.key }) {
      entries.append(Entry("\(folder)/contents/\(name)", content))
    }
  }

  public var bytes: [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let packed = entry.isDeflated ? Self.deflate(entry.content) : entry.content
      let fields = Self.fields(entry, packed: packed.count)
      let name = Array(entry.name.utf8)
      directory += Self.number(0x0201_4B50, 4) + Self.number(3 << 8 | 20, 2) + fields
      directory += Self.number(0, 2) + Self.number(0, 4) + Self.number(entry.mode << 16, 4)
      directory += Self.number(archive.count, 4) + name
      archive += Self.number(0x0403_4B50, 4) + fields + name + packed
    }
    let end =
      Self.number(0x0605_4B50, 4) + Self.number(0, 4) + Self.number(entries.count, 2)
      + Self.number(entries.count, 2) + Self.number(directory.count, 4)
      + Self.number(archive.count, 4) + Self.number(0, 2)
    return archive + directory + end
  }

  /// What local and central headers share, from the version that is needed on.
  private static func fields(_ entry: Entry, packed: Int) -> [UInt8] {
    let checksum = Int(crc32_z(0, entry.content, entry.content.count))
    let size = entry.claimedSize ?? entry.content.count
    return number(20, 2) + number(entry.flags, 2) + number(entry.isDeflated ? 8 : 0, 2)
      + number(0, 4) + number(checksum, 4) + number(packed, 4) + number(size, 4)
      + number(entry.name.utf8.count, 2) + number(0, 2)
  }

  private static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func deflate(_ content: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    guard qd_deflate_raw(&stream) == Z_OK else { return [] }
    defer { deflateEnd(&stream) }
    let room = Int(deflateBound(&stream, UInt(content.count)))
    return content.withUnsafeBufferPointer { content in
      [UInt8](unsafeUninitializedCapacity: room) { packed, filled in
        stream.next_in = UnsafeMutablePointer(mutating: content.baseAddress)
        stream.avail_in = UInt32(content.count)
        stream.next_out = packed.baseAddress
        stream.avail_out = UInt32(packed.count)
        _ = CZlib.deflate(&stream, Z_FINISH)
        filled = Int(stream.total_out)
      }
    }
  }
}
