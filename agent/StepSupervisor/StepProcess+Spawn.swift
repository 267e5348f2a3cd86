import CLinux
import Glibc

extension StepProcess {
  /// posix_spawn, and once more through `/bin/sh` for a script that does not name its interpreter.
  static func spawn(
    _ order: StepOrder, input: Int32, output: Int32, errors: Int32
  ) throws(Failure) -> pid_t {
    for entry in order.environment where entry.hasPrefix("PATH=") {
      setenv("PATH", String(entry.dropFirst(5)), 1)
    }
    var arguments = order.arguments
    let files = (input, output, errors)
    var (code, process) = spawnOnce(arguments, order, files: files)
    if code == ENOEXEC, arguments[0] == order.scriptPath {
      arguments.insert("/bin/sh", at: 0)
      (code, process) = spawnOnce(arguments, order, files: files)
    }
    if code != 0 { throw Failure(order.arguments[0], code) }
    return process
  }

  private static func spawnOnce(
    _ arguments: [String], _ order: StepOrder, files: (Int32, Int32, Int32)
  ) -> (code: Int32, process: pid_t) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, files.0, 0)
    posix_spawn_file_actions_adddup2(&actions, files.1, 1)
    posix_spawn_file_actions_adddup2(&actions, files.2, 2)
    if let directory = order.workingDirectory { _ = qd_addchdir(&actions, directory) }
    _ = qd_addclosefrom(&actions, 3)
    var attributes = Self.attributes()
    defer { posix_spawnattr_destroy(&attributes) }
    var process: pid_t = 0
    let code = withCStrings(arguments) { argv in
      withCStrings(order.environment) {
        posix_spawnp(&process, argv[0]!, &actions, &attributes, argv, $0)
      }
    }
    return (code, process)
  }

  /// A session of its own, no signal blocked, every signal at its default.
  private static func attributes() -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, qd_spawn_flags())
    return attributes
  }

  /// The texts as C wants them: null-terminated, in a null-terminated array.
  private static func withCStrings<R>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
  }
}
