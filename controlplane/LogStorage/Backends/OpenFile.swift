import CLinux
import Glibc
import Synchronization

/// A file that is being written under a temporary name. Its calls block.
final class OpenFile: Sendable {
  private let temporary: String
  /// -1 once it is closed.
  private let descriptor: Mutex<Int32>
  private let extent = Mutex(Extent())

  /// How much was written, and how much of it is on its way to the disk.
  private struct Extent {
    var written = 0
    var begun = 0
  }

  /// The disk begins with each so many bytes, so that `sync` has little left to wait for.
  private static let stride = 8 << 20

  private init(_ descriptor: Int32, temporary: String) {
    self.descriptor = Mutex(descriptor)
    self.temporary = temporary
  }

  deinit { close() }

  static func create(_ path: String) throws -> OpenFile {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw LogStorageError(errno: errno, "create", path) }
    return OpenFile(descriptor, temporary: path)
  }

  func write(_ bytes: [UInt8]) throws {
    let descriptor = descriptor.withLock { $0 }
    try bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = Glibc.write(descriptor, part.baseAddress, part.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw LogStorageError(errno: errno, "write", temporary) }
        rest = rest.dropFirst(count)
      }
    }
    begin(after: bytes.count, descriptor)
  }

  /// A file system that cannot begin early does everything in `sync`.
  private func begin(after count: Int, _ descriptor: Int32) {
    extent.withLock { extent in
      extent.written += count
      let length = extent.written - extent.begun
      guard length >= Self.stride else { return }
      _ = qd_begin_sync(descriptor, extent.begun, length)
      extent.begun = extent.written
    }
  }

  func sync() throws {
    guard fsync(descriptor.withLock { $0 }) == 0 else {
      throw LogStorageError(errno: errno, "sync", temporary)
    }
  }

  /// Closes the file and gives it its name, in place of a file that has it.
  func rename(to path: String) throws {
    close()
    guard Glibc.rename(temporary, path) == 0 else {
      throw LogStorageError(errno: errno, "rename", temporary)
    }
  }

  func discard() {
    close()
    unlink(temporary)
  }

  private func close() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { _ = Glibc.close(descriptor) }
      descriptor = -1
    }
  }
}
