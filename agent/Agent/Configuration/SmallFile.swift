import Glibc

/// A system call that failed: what it was about and its error.
public struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  public let what: String
  public let code: Int32

  public init(_ what: String, code: Int32? = nil) {
    self.what = what
    self.code = code ?? errno
  }

  public var description: String { "\(what): \(String(cString: strerror(code)))" }
}

/// Files that fit into memory.
enum SmallFile {
  /// All bytes of a file.
  static func read(_ path: String) throws(SystemError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw SystemError(path) }
    defer { _ = close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemError(path) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// Writes a file of mode 0600 so that there is the old one or the whole new one, also after a crash of the host.
  static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
    let temporary = path + ".new"
    _ = unlink(temporary)
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw SystemError(temporary) }
    let written = write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
    let code = errno
    _ = close(file)
    guard written else {
      _ = unlink(temporary)
      throw SystemError(temporary, code: code)
    }
    guard rename(temporary, path) == 0 else { throw SystemError(path) }
  }

  /// Makes a directory that only its owner may enter, and those above it.
  static func makeDirectory(_ path: String) throws(SystemError) {
    if mkdir(path, 0o700) == 0 { return }
    switch errno {
    case EEXIST: return
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
        throw SystemError(path)
      }
      try makeDirectory(String(path[..<slash]))
      if mkdir(path, 0o700) != 0, errno != EEXIST { throw SystemError(path) }
    default: throw SystemError(path)
    }
  }
}
