import Glibc
import ScriptPlugin

/// The folder with a member's plugins. Its calls block.
struct PluginFolder: Sendable {
  let path: String
  let limits: ZipLimits

  /// By what a file is recognised as the one that was read before.
  struct Stamp: Sendable, Hashable {
    var file: UInt64
    var size: Int64
    var seconds: Int64
    var nanoseconds: Int64
  }

  /// Why the folder or a file of it cannot be read.
  struct Unreadable: Error, Hashable, CustomStringConvertible {
    let path: String
    let code: Int32
    var description: String { "\(path): \(String(cString: strerror(code)))" }
  }

  /// The plugins' files by name; none when there is no such folder.
  func files() throws(Unreadable) -> [String: Stamp] {
    guard let folder = opendir(path) else {
      if errno == ENOENT { return [:] }
      throw Unreadable(path: path, code: errno)
    }
    defer { closedir(folder) }
    var files: [String: Stamp] = [:]
    while let item = readdir(folder) {
      let name = withUnsafePointer(to: &item.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard PluginArchive.isPlugin(name) else { continue }
      files[name] = stamp(of: name)
    }
    return files
  }

  /// Nil for what is no regular file.
  private func stamp(of name: String) -> Stamp? {
    var status = stat()
    guard stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return Stamp(
      file: UInt64(status.st_ino), size: Int64(status.st_size),
      seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
  }

  /// A file's bytes, one more than is allowed at most.
  func bytes(of name: String) throws(Unreadable) -> [UInt8] {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Unreadable(path: file, code: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 256 << 10)
    while bytes.count <= limits.archiveBytes {
      let count = read(descriptor, &part, part.count)
      guard count >= 0 else { throw Unreadable(path: file, code: errno) }
      if count == 0 { break }
      bytes += part[..<count]
    }
    return bytes
  }
}
