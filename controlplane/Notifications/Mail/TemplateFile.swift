import Glibc

/// A template that an administrator wrote.
enum TemplateFile {
  /// The largest one.
  static let limit = 1 << 20

  struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }

  /// The text of a file. Throws `Unreadable` for one that is not there, is no UTF-8 or is too large.
  static func read(_ path: String) throws(Unreadable) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      throw Unreadable(
        description: "the mail template \(path) cannot be read: \(String(cString: strerror(errno)))"
      )
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= limit {
      let count = Glibc.read(file, &buffer, buffer.count)
      guard count >= 0 else {
        throw Unreadable(description: "the mail template \(path) cannot be read")
      }
      if count == 0 { break }
      bytes += buffer.prefix(count)
    }
    guard bytes.count <= limit, let text = String(validating: bytes, as: UTF8.self) else {
      throw Unreadable(
        description: "the mail template \(path) must be UTF-8 of at most \(limit) bytes")
    }
    return text
  }
}
