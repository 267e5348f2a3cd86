import CLinux
import Glibc

/// How the tests start a program: in a process group of its own, so that a terminal's Ctrl-C does not reach it,
/// and with no descriptor of ours but the three standard ones. A server that inherited another test's pipe or
/// socket would keep it open for ever.
struct ChildProcess {
  let words: [String]
  var environment: [String: String]
  /// Becomes the standard input; nil is `/dev/null`.
  var input: Int32?
  /// The file that standard output and standard error are appended to.
  var outputPath = "/dev/null"

  /// Starts it and returns its number.
  func spawn() throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    redirect(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let argv = words.map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, words[0], &actions, &attributes, argv, envp)
    guard code == 0 else { throw SpawnFailure(executable: words[0], code: code) }
    return pid
  }

  private func redirect(_ actions: inout posix_spawn_file_actions_t) {
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    _ = qd_addclosefrom(&actions, 3)
  }
}

/// A system call on the way to a program or a file failed.
public struct SpawnFailure: Error, CustomStringConvertible {
  /// The program or the file.
  public let executable: String
  /// The error number.
  public let code: Int32

  public init(executable: String, code: Int32) {
    self.executable = executable
    self.code = code
  }

  public var description: String { "\(executable): \(String(cString: strerror(code)))" }
}
