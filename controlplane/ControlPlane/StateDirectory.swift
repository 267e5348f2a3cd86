public import Daemon
import Glibc

/// The folder for what a member must find again after a restart. Only its user may read it.
public struct StateDirectory: Sendable, Hashable {
  public let path: String

  /// Why the folder, or a file in it, cannot be used.
  public struct Problem: ExitCoded, Hashable, CustomStringConvertible {
    /// The configuration's key that names the folder or the file.
    public var key = ControlPlaneKeys.stateDirectory.name
    public let path: String
    public let reason: String
    /// Always ``ExitCode/inputOutput``.
    public var exitCode: ExitCode { .inputOutput }
    public var description: String { "\(key): \(path): \(reason)" }
  }

  /// Opens the folder, and makes it (mode 0700) when it is missing; its parent must be there.
  public init(_ path: String) throws(Problem) {
    self.path = path
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw Self.problem(path) }
    guard access(path, R_OK | W_OK | X_OK) == 0 else { throw Self.problem(path) }
  }

  /// Takes the folder for this process until it ends. Throws, naming the other process, when one has it: two lives of
  /// one member would fence each other, and SQLite's file is one member's.
  public func lock() throws(Problem) {
    let file = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Self.problem("\(path)/lock") }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      let owner = try Self.read("\(path)/lock") ?? "unknown"
      throw Problem(path: path, reason: "in use by another control plane, process \(owner)")
    }
    // The descriptor stays open: the kernel lets go of the lock when the process ends, however it does.
    let number = Array("\(getpid())\n".utf8)
    guard ftruncate(file, 0) == 0, Glibc.write(file, number, number.count) == number.count else {
      throw Self.problem("\(path)/lock")
    }
  }

  /// The content of a file that is made once and then kept: `make` is asked when there is none yet.
  ///
  /// Two processes that start at once agree on one content, because the file appears whole or not at all.
  public func keep(_ name: String, make: () -> String) throws(Problem) -> String {
    let final = "\(path)/\(name)"
    if let kept = try Self.read(final) { return kept }
    let draft = "\(final).\(getpid())"
    try Self.write(make(), to: draft)
    defer { unlink(draft) }
    guard link(draft, final) == 0 || errno == EEXIST else { throw Self.problem(final) }
    guard let kept = try Self.read(final) else { throw Self.problem(final) }
    return kept
  }

  /// The first line of a file; nil when there is no such file.
  static func read(_ path: String) throws(Problem) -> String? {
    guard let file = fopen(path, "re") else {
      if errno == ENOENT { return nil }
      throw problem(path)
    }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 4_096)
    guard fgets(&line, Int32(line.count), file) != nil else {
      throw Problem(path: path, reason: "the file is empty")
    }
    let bytes = line.prefix { $0 != 0 && $0 != 10 && $0 != 13 }.map(UInt8.init(bitPattern:))
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ text: String, to path: String) throws(Problem) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw problem(path) }
    defer { close(file) }
    let bytes = Array("\(text)\n".utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
      throw problem(path)
    }
  }

  private static func problem(_ path: String) -> Problem {
    Problem(path: path, reason: String(cString: strerror(errno)))
  }
}
