/// Why a zip file is not read.
public enum ZipError: Error, Sendable, Hashable, CustomStringConvertible {
  /// It is no zip file, or its parts contradict each other.
  case damaged(String)
  /// It has what this reader does not take: encryption, several disks, other compression than deflate.
  case unsupported(String)
  /// A name that could lead out of the folder that the archive is unpacked in, or that is there twice.
  case badName(String, reason: String)
  /// It is larger than it may be.
  case tooLarge(String)

  public var description: String {
    switch self {
    case .damaged(let reason): "the zip file is damaged: \(reason)"
    case .unsupported(let reason): "the zip file is not supported: \(reason)"
    case .badName(let name, let reason): "the zip file's entry '\(name.prefix(200))' \(reason)"
    case .tooLarge(let reason): "the zip file is too large: \(reason)"
    }
  }
}

/// How much a zip file may be.
public struct ZipLimits: Sendable, Hashable {
  /// Bytes of the file itself.
  public var archiveBytes: Int
  public var entries: Int
  /// Bytes of all entries together, unpacked.
  public var contentBytes: Int

  public init(
    archiveBytes: Int = 16 << 20, entries: Int = 2_000, contentBytes: Int = 16 << 20
  ) {
    self.archiveBytes = archiveBytes
    self.entries = entries
    self.contentBytes = contentBytes
  }
}
