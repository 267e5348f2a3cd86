import Glibc
import TestSupport

/// A place for stored logs, and how a member is told of it.
struct StorageBench: Sendable {
  let name: String
  /// How many 100-byte lines are stored there. The tests' S3 server copies a whole object for each part of it that is
  /// read, so it is given less.
  let lines: Int
  let settings: [String: String]
  private let folder: String?
  private let server: S3Server?

  /// A directory of its own.
  static func file(isCompressed: Bool = false) throws -> StorageBench {
    let folder = try makeTemporaryFolder("logs")
    return StorageBench(
      name: isCompressed ? "file with zstd" : "file", lines: Jobs.gibibyteOfLines,
      settings: [
        "rundeck.execution.logs.fileStoragePlugin": "file", "quarterdeck.logs.directory": folder,
        "quarterdeck.logs.compression": isCompressed ? "zstd" : "none",
      ], folder: folder, server: nil)
  }

  /// A bucket of the tests' S3 server.
  static func s3() async throws -> StorageBench {
    let server = try await S3Server()
    let stem = "framework.plugin.ExecutionFileStorage.org.rundeck.amazon-s3"
    return StorageBench(
      name: "s3", lines: Jobs.gibibyteOfLines / 16,
      settings: [
        "rundeck.execution.logs.fileStoragePlugin": "org.rundeck.amazon-s3",
        "\(stem).bucket": try await server.createBucket(), "\(stem).endpoint": server.url,
        "\(stem).pathStyle": "true", "\(stem).AWSAccessKeyId": "test",
        "\(stem).AWSSecretKey": "test",
      ], folder: nil, server: server)
  }

  /// The bytes of all files in it; nil where there are no files.
  func storedBytes() -> Int? { folder.map(Self.bytes) }

  func remove() async {
    folder.map(removeFolder)
    await server?.remove()
  }

  private static func bytes(below path: String) -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { return 0 }
    guard status.st_mode & S_IFMT == S_IFDIR, let folder = opendir(path) else {
      return Int(status.st_size)
    }
    defer { closedir(folder) }
    var sum = 0
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { sum += bytes(below: "\(path)/\(name)") }
    }
    return sum
  }
}
