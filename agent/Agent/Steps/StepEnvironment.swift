import Glibc

/// What every step's environment begins with, and where it starts: a few variables of the agent's own, and what is missing among
/// them from the agent's account. Nothing else of the agent's environment reaches a step, so what a service manager
/// hands to the agent (NOTIFY_SOCKET, WATCHDOG_USEC, LISTEN_FDS, JOURNAL_STREAM …) stays with it.
struct StepEnvironment: Sendable, Hashable {
  /// The agent's account, as the system's user database has it.
  struct Account: Sendable, Hashable {
    var name: String
    var home: String
    var shell: String

    /// Of the user that this process runs as; nil when nobody has that number.
    static var current: Account? {
      guard let entry = getpwuid(geteuid())?.pointee else { return nil }
      return Account(
        name: String(cString: entry.pw_name), home: String(cString: entry.pw_dir),
        shell: String(cString: entry.pw_shell))
    }
  }

  /// Which variables of the agent's a step gets.
  static let names: Set = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR",
  ]

  let variables: [String: String]

  /// - Parameter environment: the agent's own.
  init(of environment: [String: String], account: Account?) {
    var kept = environment.filter { Self.names.contains($0.key) && !$0.value.isEmpty }
    var missing = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    if let account {
      missing.merge([
        "HOME": account.home, "USER": account.name, "LOGNAME": account.name, "SHELL": account.shell,
      ]) { $1 }
    }
    kept.merge(missing) { own, _ in own }
    variables = kept
  }

  /// Where a step starts that names no directory: the home directory when it can be entered, else `/`.
  var workingDirectory: String { variables["HOME"].flatMap(Self.enterable) ?? "/" }

  /// A directory if this process can enter it, else nil.
  static func enterable(_ path: String) -> String? {
    guard path.hasPrefix("/"), access(path, X_OK) == 0 else { return nil }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR ? path : nil
  }
}
