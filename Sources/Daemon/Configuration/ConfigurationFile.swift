import SystemPackage

/// Reads a configuration file whole.
enum ConfigurationFile {
  /// No configuration is longer than this many bytes; a device file would never end.
  static let limit = 1 << 20

  static func read(_ path: String) throws(ConfigurationError) -> [UInt8] {
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      return try file.closeAfter { try bytes(of: file, path) }
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw ConfigurationError(key: path, reason: "cannot be read: \(error)")
    }
  }

  private static func bytes(of file: FileDescriptor, _ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 1)
    defer { buffer.deallocate() }
    while case let count = try file.read(into: buffer), count > 0 {
      bytes += buffer[..<count]
      guard bytes.count <= limit else {
        throw ConfigurationError(key: path, reason: "is longer than \(limit) bytes")
      }
    }
    return bytes
  }
}
