import Dispatch
import Glibc

/// Which files of the member's own host steps may read (`scriptfile`, `file:` addresses, `copyfile`).
public struct ServerFileRules: Sendable, Hashable {
  /// Only what lies in these folders, symbolic links followed first. Nil: whatever every user of the host may read, which
  /// keys and state of the control plane never are.
  public var folders: [String]?

  public init(folders: [String]? = nil) { self.folders = folders }
}

/// Reads files of the member's host on threads of its own, within the rules.
struct ServerFiles: Sendable {
  let rules: ServerFileRules
  private let queue = DispatchQueue(label: "quarterdeck.server-files", attributes: .concurrent)

  init(_ rules: ServerFileRules) { self.rules = rules }

  /// A regular file's bytes.
  ///
  /// Throws `StepFailure` for a path that is not absolute, that the rules forbid, that is no regular file, that cannot
  /// be read, or that has more than `limit` bytes.
  func read(_ path: String, limit: Int) async throws(StepFailure) -> [UInt8] {
    let rules = rules
    return try await blocking { () throws(StepFailure) in
      try ServerFile(path, rules).bytes(limit: limit)
    }
  }

  /// What lies below a folder, or the file itself; see `ServerFolder`.
  func gather(
    _ wish: CopyWish, limit: Int
  ) async throws(StepFailure) -> [CopiedFile] {
    let rules = rules
    return try await blocking { () throws(StepFailure) in
      var folder = ServerFolder(rules: rules, room: limit)
      return try folder.gather(wish)
    }
  }

  private func blocking<Answer: Sendable>(
    _ body: @escaping @Sendable () throws(StepFailure) -> Answer
  ) async throws(StepFailure) -> Answer {
    let result: Result<Answer, StepFailure> = await withCheckedContinuation { continuation in
      queue.async {
        do throws(StepFailure) {
          continuation.resume(returning: .success(try body()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }
}

/// An open file that the rules allow. Its calls block.
struct ServerFile: ~Copyable {
  let path: String
  let size: Int
  let permissions: UInt32
  let modified: Int64
  private let descriptor: Int32

  /// Opens the file first and asks the kernel then which file that is, so that nobody can put another one in its place
  /// between the check and the reading.
  init(_ path: String, _ rules: ServerFileRules) throws(StepFailure) {
    guard path.hasPrefix("/"), !path.utf8.contains(0) else {
      throw StepFailure("IOFailure", "'\(path.prefix(200))' must be an absolute path on the server")
    }
    // Without O_NONBLOCK a named pipe would hold the thread.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .unreadable(path, String(cString: strerror(errno))) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      _ = close(descriptor)
      throw .unreadable(path, "it is no regular file")
    }
    guard rules.allow(Self.realPath(of: descriptor), mode: status.st_mode) else {
      _ = close(descriptor)
      throw .unreadable(path, rules.refusal)
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
    permissions = status.st_mode & 0o777
    modified = Int64(status.st_mtim.tv_sec)
  }

  deinit { _ = close(descriptor) }

  /// All of it; throws `StepFailure` when there are more than `limit` bytes.
  func bytes(limit: Int) throws(StepFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(size, limit))
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(path, String(cString: strerror(errno))) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
      guard bytes.count <= limit else {
        throw .unreadable(path, "it is larger than \(limit) bytes, the most that a step may take")
      }
    }
  }

  private static func realPath(of descriptor: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes {
      readlink("/proc/self/fd/\(descriptor)", $0.baseAddress!, $0.count)
    }
    return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
  }
}

extension ServerFileRules {
  /// Whether a file of that path, without symbolic links, and of that mode may be read.
  fileprivate func allow(_ path: String, mode: mode_t) -> Bool {
    guard let folders else { return mode & S_IROTH != 0 && Self.isOpenToAll(path) }
    return folders.contains { folder in
      guard let real = realpath(folder, nil) else { return false }
      defer { free(real) }
      let name = String(cString: real)
      return path.hasPrefix(name == "/" ? "/" : name + "/")
    }
  }

  /// Whether every user of the host gets to the file.
  private static func isOpenToAll(_ path: String) -> Bool {
    var folder = path[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      var status = stat()
      guard stat(folder.isEmpty ? "/" : String(folder), &status) == 0,
        status.st_mode & S_IXOTH != 0
      else { return false }
    }
    return path.hasPrefix("/")
  }

  fileprivate var refusal: String {
    folders.map {
      "steps may read only what lies in \($0.joined(separator: ", ")) (quarterdeck.steps.folders)"
    }
      ?? "steps may read only what every user of the server may read, unless quarterdeck.steps.folders names its folder"
  }
}

extension StepFailure {
  static func unreadable(_ path: String, _ reason: String) -> StepFailure {
    StepFailure("IOFailure", "\(path.prefix(500)) cannot be read on the server: \(reason)")
  }
}
