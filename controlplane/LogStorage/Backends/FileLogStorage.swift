import Glibc

/// Logs as files below a directory that all members share.
///
/// A file is written under a temporary name in its folder (`.NAME.TOKEN.part`), synced, given its name, and then the
/// folder is synced: it is whole or not there, and there after a power cut.
public struct FileLogStorage: LogStorageBackend {
  public let name = "file"
  private let directory: String
  private let work = BlockingWork(label: "quarterdeck.logstorage.file")

  /// - Parameter directory: an absolute path; it must exist, so that a share that is not mounted is noticed.
  public init(directory: String) {
    self.directory = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
  }

  public func put(
    _ key: String, token: String, facts: [String: String],
    next: @escaping @Sendable () async throws -> [UInt8]?
  ) async throws {
    let path = try path(of: key)
    let temporary = Self.temporary(path, token: token)
    let directory = directory
    let file = try await work {
      try FolderPath.make(Self.folder(of: path), below: directory)
      return try OpenFile.create(temporary)
    }
    do {
      try await write(next, to: file)
      try await work {
        try file.sync()
        try file.rename(to: path)
        try FolderPath.sync(Self.folder(of: path))
      }
    } catch {
      try? await work { file.discard() }
      throw error
    }
  }

  /// One piece is written while the next one is made.
  private func write(
    _ next: @escaping @Sendable () async throws -> [UInt8]?, to file: OpenFile
  ) async throws {
    var piece = try await next()
    while let bytes = piece {
      async let written: Void = work { try file.write(bytes) }
      do {
        piece = try await next()
      } catch {
        try? await written
        throw error
      }
      try await written
      try Task.checkCancellation()
    }
  }

  public func read(_ key: String, _ range: Range<Int64>) async throws -> [UInt8] {
    let path = try path(of: key)
    return try await work { try OpenFile.read(path, range) }
  }

  public func size(of key: String) async throws -> Int64? {
    let (path, directory) = (try path(of: key), directory)
    return try await work {
      try FolderPath.require(directory)
      return try OpenFile.size(path)
    }
  }

  public func delete(_ key: String) async throws {
    let (path, directory) = (try path(of: key), directory)
    try await work {
      try FolderPath.require(directory)
      try OpenFile.remove(path)
      try Self.removeTemporaries(of: path)
      FolderPath.removeEmpty(Self.folder(of: path), below: directory)
    }
  }

  public func cleanUp(_ key: String) async throws {
    let path = try path(of: key)
    try await work { try Self.removeTemporaries(of: path) }
  }

  private func path(of key: String) throws -> String {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard !key.isEmpty, !key.utf8.contains(0),
      parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
    else { throw LogStorageError(.denied, "\"\(key)\" is no name for a file") }
    return "\(directory)/\(key)"
  }

  private static func folder(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  private static func file(of path: String) -> String {
    String(path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...])
  }

  private static func temporary(_ path: String, token: String) -> String {
    "\(folder(of: path))/.\(file(of: path)).\(token).part"
  }

  private static func removeTemporaries(of path: String) throws {
    let (folder, prefix) = (folder(of: path), ".\(file(of: path)).")
    for entry in try FolderPath.entries(folder) where entry.hasPrefix(prefix) {
      if entry.hasSuffix(".part") { try OpenFile.remove("\(folder)/\(entry)") }
    }
  }
}
