import Glibc
import Synchronization

/// A child process of the tests: a real daemon, stopped and reaped whatever happens to the test.
public final class SpawnedProcess: Sendable {
  public let pid: Int32
  /// The file that holds what the process wrote to its standard output and standard error.
  public let outputPath: String
  private let exit: Mutex<ExitStatus?> = Mutex(nil)

  /// How a process ended.
  public enum ExitStatus: Sendable, Hashable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// A process could not be started.
  public struct SpawnFailure: Error, CustomStringConvertible {
    public let executable: String
    public let code: Int32
    public var description: String { "\(executable): \(String(cString: strerror(code)))" }
  }

  /// Starts `executable` in a process group of its own, with exactly this environment.
  public init(
    _ executable: String, _ arguments: [String], environment: [String: String], outputPath: String
  ) throws {
    self.outputPath = outputPath
    pid = try Self.spawn(executable, arguments, environment, outputPath)
    LivingProcesses.shared.insert(pid)
  }

  deinit { end(SIGKILL) }

  /// Sends `signal`, unless the process has been reaped already.
  public func send(_ signal: Int32) {
    exit.withLock { if $0 == nil { _ = kill(pid, signal) } }
  }

  /// Waits for the process to end by itself, without blocking the shared pool.
  @discardableResult
  public func wait() async -> ExitStatus {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: self.reap()) }
      thread.start()
    }
  }

  /// Sends `signal` and waits for the end.
  @discardableResult
  public func end(_ signal: Int32) -> ExitStatus {
    send(signal)
    return reap()
  }

  /// What the process has written so far.
  public var output: String {
    (try? readFile(outputPath)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private func reap() -> ExitStatus {
    var information = siginfo_t()
    // WNOWAIT: leaves the process to be collected under the lock, so that its pid cannot be reused
    // between the end and `send`.
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
    return exit.withLock { known in
      if let known { return known }
      var status: Int32 = 0
      while waitpid(pid, &status, 0) == -1, errno == EINTR {}
      LivingProcesses.shared.remove(pid)
      let signal = status & 0x7f
      let ended: ExitStatus = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
      known = ended
      return ended
    }
  }

  private static func spawn(
    _ executable: String, _ arguments: [String], _ environment: [String: String],
    _ outputPath: String
  ) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var pid: pid_t = 0
    let code = withCStrings([executable] + arguments) { argv in
      withCStrings(environment.map { "\($0)=\($1)" }) { envp in
        posix_spawn(&pid, executable, &actions, &attributes, argv, envp)
      }
    }
    guard code == 0 else { throw SpawnFailure(executable: executable, code: code) }
    return pid
  }
}

/// Calls `body` with a NULL-terminated array of C strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let pointers = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return body(pointers)
}

/// The processes that must not outlive the test run: killed when it exits.
private final class LivingProcesses: Sendable {
  static let shared = LivingProcesses()
  private let pids: Mutex<Set<Int32>> = Mutex([])

  private init() {
    atexit { LivingProcesses.shared.pids.withLock { for pid in $0 { _ = kill(pid, SIGKILL) } } }
  }

  func insert(_ pid: Int32) { pids.withLock { _ = $0.insert(pid) } }
  func remove(_ pid: Int32) { pids.withLock { _ = $0.remove(pid) } }
}
