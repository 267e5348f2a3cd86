import Glibc
import Model

/// The one folder whose files may hold options' values.
struct RemoteFolder: Sendable {
  /// Nil: no file may.
  let path: String?

  /// What is in the file that an address names. JSON, unless the name ends with `.txt`.
  ///
  /// Throws `badAddress` for a file outside of the folder, wherever a link leads, and for what is no file.
  func answer(
    _ question: RemoteValueClient.Question, limit: Int
  ) throws(RemoteValuesError) -> RemoteAnswer {
    let name = Self.path(of: question.address.text)
    guard let path, let folder = Self.real(path) else {
      throw .badAddress("\(question.address.shown): files are not allowed as the source of values")
    }
    guard let real = Self.real(name) else {
      throw .badAddress("\(question.address.shown) does not exist")
    }
    guard real.hasPrefix(folder == "/" ? "/" : folder + "/") else {
      throw .badAddress("\(question.address.shown) is not in the folder that is allowed")
    }
    let isText = real.lowercased().hasSuffix(".txt")
    return RemoteAnswer(
      form: isText ? .lines : .json, bytes: try Self.read(real, limit: limit))
  }

  /// `file:/a/b` and `file:///a/b`, percent-decoded.
  private static func path(of address: String) -> String {
    var rest = address.dropFirst(5).prefix { $0 != "?" }
    if rest.hasPrefix("//") { rest = rest.dropFirst(2).drop { $0 != "/" } }
    return String(decoding: PercentEncoding.decode(rest).prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The path without links; nil when nothing is there.
  private static func real(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  private static func read(_ path: String, limit: Int) throws(RemoteValuesError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { throw .badAddress("\(path) cannot be read") }
    defer { _ = close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .badAddress("\(path) is no file")
    }
    guard status.st_size <= limit else {
      throw .unreachable("\(path) has more than \(limit) bytes")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(file, $0.baseAddress! + done, $0.count - done, off_t(done))
      }
      guard count > 0 else { break }
      done += count
    }
    return Array(bytes.prefix(done))
  }
}
