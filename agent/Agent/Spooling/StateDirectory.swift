import Glibc

/// The agent's directory: one agent at a time, nobody else may look inside.
struct StateDirectory {
  private let lock: Int32
  /// Where the spools are.
  let spools: String
  /// Where the scripts of other users' steps are. An agent that runs as root lets everybody through to what they are named,
  /// and nobody see what is there.
  let scripts: String

  /// Makes what is missing and takes the directory for this process.
  init(_ path: String) throws(AgentError) {
    spools = path + "/spool"
    scripts = path + "/scripts"
    do throws(SystemError) {
      try SmallFile.makeDirectory(spools)
      if geteuid() == 0 {
        try SmallFile.makeDirectory(scripts)
        guard chmod(path, 0o711) == 0, chmod(scripts, 0o711) == 0 else { throw SystemError(path) }
      }
      lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard lock >= 0 else { throw SystemError(path + "/lock") }
    } catch {
      throw .file(error)
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      _ = close(lock)
      throw .alreadyRunning(stateDirectory: path)
    }
  }

  /// Leaves the directory to the next agent.
  func release() { _ = close(lock) }
}

/// The wall clock.
enum WallClock {
  /// Microseconds since 1970.
  static var microseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
