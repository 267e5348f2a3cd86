import CLinux
import Glibc
import Synchronization

/// One process of `quarterdeck-jq`: started, given its order, read to its end and collected by `run`; ended by `kill`.
final class ProgramProcess: Sendable {
  private enum State {
    case waiting
    case running(pid_t)
    /// Collected, or about to be: its number may become another process's.
    case over
  }

  private let program: String
  private let state = Mutex(State.waiting)

  init(program: String) { self.program = program }

  /// Ends the process, or keeps it from being started.
  func kill() {
    state.withLock { state in
      if case .running(let process) = state { _ = Glibc.kill(process, SIGKILL) }
      if case .waiting = state { state = .over }
    }
  }

  /// Carries the order out. Blocks until the process has ended, which the kernel sees to after
  /// `JSONProgramBounds.seconds`.
  func run(_ order: JSONProgramOrder) -> ProgramEnd {
    let input = Self.file(with: order.bytes)
    var ends: [Int32] = [-1, -1]
    guard input >= 0, qd_pipe(&ends) == 0 else {
      if input >= 0 { close(input) }
      return ProgramEnd(notStarted: errno)
    }
    let code = start(input: input, output: ends[1])
    close(input)
    close(ends[1])
    defer { close(ends[0]) }
    guard code == 0 else { return ProgramEnd(notStarted: code) }
    let answer = read(ends[0])
    return ProgramEnd(status: collect(), answer: answer)
  }

  /// An anonymous file, at its beginning, that holds the bytes.
  private static func file(with bytes: [UInt8]) -> Int32 {
    let file = qd_memfd("order")
    guard file >= 0 else { return file }
    let isWhole = bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = write(file, bytes.baseAddress! + done, bytes.count - done)
        guard count > 0 || errno == EINTR else { return false }
        done += max(count, 0)
      }
      return lseek(file, 0, SEEK_SET) == 0
    }
    if isWhole { return file }
    close(file)
    return -1
  }

  /// 0, or why there is no process.
  private func start(input: Int32, output: Int32) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    _ = qd_addclosefrom(&actions, 3)
    var attributes = Self.attributes()
    defer { posix_spawnattr_destroy(&attributes) }
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("quarterdeck-jq"), nil]
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    defer { for argument in arguments { free(argument) } }
    return state.withLock { state in
      guard case .waiting = state else { return ECANCELED }
      var process: pid_t = 0
      let code = posix_spawn(&process, program, &actions, &attributes, &arguments, &environment)
      state = code == 0 ? .running(process) : .over
      return code
    }
  }

  /// A session of its own, all signals at their defaults and none blocked.
  private static func attributes() -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, qd_spawn_flags())
    return attributes
  }

  /// All that it writes; a process that writes more than it may is ended.
  private func read(_ file: Int32) -> [UInt8] {
    // Each result has two bytes more than its JSON.
    let most = JSONProgramBounds.mostOutput + 2 * JSONProgramBounds.mostResults + (64 << 10)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes += buffer.prefix(count)
      if bytes.count > most { kill() }
    }
  }

  /// Its status, as `waitpid` tells it.
  private func collect() -> Int32 {
    let process: pid_t = state.withLock { state in
      defer { state = .over }
      if case .running(let process) = state { return process }
      return -1
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }
}
