import Glibc
import Synchronization

/// A small text file that is read again when it changed: its inode, size or modification time.
///
/// A file that cannot be read counts as empty; `problem` says why for whoever reports it.
final class WatchedFile<Content: Sendable>: Sendable {
  private struct Stamp: Equatable, Sendable {
    var inode: UInt64
    var size: Int64
    var seconds: Int
    var nanoseconds: Int
  }

  private struct State: Sendable {
    var stamp: Stamp?
    var content: Content
  }

  let path: String
  private let parse: @Sendable (String) -> Content
  private let state: Mutex<State>

  init(path: String, parse: @escaping @Sendable (String) -> Content) {
    self.path = path
    self.parse = parse
    state = Mutex(State(stamp: nil, content: parse("")))
  }

  /// The file's content as it is now; costs one `stat` when nothing changed.
  var current: Content {
    state.withLock { state in
      let stamp = Self.stamp(path)
      if stamp != state.stamp {
        state.content = parse(stamp == nil ? "" : Self.text(path))
        state.stamp = stamp
      }
      return state.content
    }
  }

  /// Why the file cannot be read now, in the system's words; nil when it can be.
  var problem: String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return String(cString: strerror(errno)) }
    defer { close(file) }
    var byte: UInt8 = 0
    return read(file, &byte, 1) < 0 ? String(cString: strerror(errno)) : nil
  }

  private static func stamp(_ path: String) -> Stamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Stamp(
      inode: UInt64(status.st_ino), size: Int64(status.st_size),
      seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
  }

  private static func text(_ path: String) -> String {
    guard let file = fopen(path, "re") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = fread(&piece, 1, piece.count, file)
      guard count > 0 else { break }
      bytes.append(contentsOf: piece[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
