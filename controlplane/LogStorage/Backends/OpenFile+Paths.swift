import CLinux
import Glibc

// Files by their paths. All of it blocks.

extension OpenFile {
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
