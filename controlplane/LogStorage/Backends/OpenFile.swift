import CLinux
import Glibc
import Synchronization

/// A file that is being written under a temporary name. Its calls block.
final class OpenFile: Sendable {
  private let temporary: String
  /// -1 once it is closed.
  private let descriptor: Mutex<Int32>

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

  static func read(_ path: String, _ range: Range<Int64>) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LogStorageError(errno: errno, "open", path) }
    defer { _ = Glibc.close(descriptor) }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { room, filled in
      while filled < range.count {
        let count = pread(
          descriptor, room.baseAddress?.advanced(by: filled), range.count - filled,
          Int(range.lowerBound) + filled)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { failure = errno }
        if count <= 0 { break }
        filled += count
      }
    }
    guard failure == 0 else { throw LogStorageError(errno: failure, "read", path) }
    return bytes
  }

  static func size(_ path: String) throws -> Int64? {
    var status = stat()
    if stat(path, &status) == 0 { return Int64(status.st_size) }
    guard errno == ENOENT || errno == ENOTDIR else {
      throw LogStorageError(errno: errno, "look at", path)
    }
    return nil
  }

  static func remove(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else {
      throw LogStorageError(errno: errno, "delete", path)
    }
  }
}

extension LogStorageError {
  /// What a system call's failure means.
  init(errno code: Int32, _ verb: String, _ path: String) {
    let kind: Code =
      switch code {
      case ENOENT, ENOTDIR: .missing
      case ENOSPC, EDQUOT, EFBIG: .full
      case EACCES, EPERM, EROFS, ELOOP, ENAMETOOLONG, EISDIR: .denied
      default: .unavailable
      }
    self.init(kind, "cannot \(verb) \(path): \(String(cString: strerror(code)))")
  }
}
