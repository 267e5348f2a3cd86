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

  /// Starts `executable` in a process group of its own, with exactly this environment; `input` is its standard input,
  /// nil is `/dev/null`.
  public init(
    _ executable: String, _ arguments: [String], environment: [String: String],
    outputPath: String, input: Int32? = nil
  ) throws {
    self.outputPath = outputPath
    pid = try ChildProcess(
      words: [executable] + arguments, environment: environment, input: input,
      outputPath: outputPath
    ).spawn()
    LivingProcesses.shared.insert(pid)
  }

  deinit { end(SIGKILL) }

  /// Sends `signal`, unless the process has been reaped already.
  public func send(_ signal: Int32) {
    exit.withLock { if $0 == nil { _ = kill(pid, signal) } }
  }

  /// Whether the process has ended, reaped or not.
  public var hasEnded: Bool {
    exit.withLock { known in
      var information = siginfo_t()
      return known != nil
        || waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT | WNOHANG) != 0
        || information._sifields._sigchld.si_pid == pid
    }
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
