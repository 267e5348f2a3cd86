import CLinux
import Glibc

/// Folders below the directory of a `FileLogStorage`. All of it blocks.
enum FolderPath {
  /// Throws `unavailable` when there is no such directory: what it stands on is not mounted.
  static func require(_ directory: String) throws {
    var status = stat()
    guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw LogStorageError(.unavailable, "the directory \(directory) is not there")
    }
  }

  /// Makes the folders between `directory`, which must exist, and `folder`.
  static func make(_ folder: String, below directory: String) throws {
    try require(directory)
    guard folder.hasPrefix(directory + "/") else { return }
    var path = directory
    for part in folder.dropFirst(directory.count + 1).split(separator: "/") {
      let parent = path
      path += "/\(part)"
      if mkdir(path, 0o750) == 0 {
        try sync(parent)
      } else if errno != EEXIST {
        throw LogStorageError(errno: errno, "make", path)
      }
    }
  }

  static func sync(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LogStorageError(errno: errno, "open", folder) }
    defer { _ = close(descriptor) }
    // Some shares cannot sync a folder; they do it by themselves.
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw LogStorageError(errno: errno, "sync", folder)
    }
  }

  /// The names in a folder; none when it does not exist.
  static func entries(_ folder: String) throws -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw LogStorageError(errno: errno, "open", folder)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes the folder and those above it as long as they are empty and below `directory`.
  static func removeEmpty(_ folder: String, below directory: String) {
    var path = folder
    while path.hasPrefix(directory + "/"), rmdir(path) == 0 {
      path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }
  }
}
