import Glibc

/// A small shell that outlives the test process, however that ends, to stop its server and to remove
/// the server's files. It waits for the end of a pipe whose other end only the test process has.
struct ScratchGuardian: Sendable {
  private let pid: pid_t
  private let lifeline: Int32

  init(folder: String) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw ScratchPostgresError(message: "pipe failed: errno \(errno)")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    lifeline = ends[1]
    defer { close(ends[0]) }
    let script = """
      read -r _
      [ -f "$0/data/postmaster.pid" ] && kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"
      rm -rf "$0"
      """
    pid = try Self.spawn(["/bin/sh", "-c", script, folder], input: ends[0])
  }

  /// Ends the guard, whose work is done already.
  func dismiss() async {
    close(lifeline)
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      Thread {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        continuation.resume()
      }.start()
    }
  }

  private static func spawn(_ words: [String], input: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A process group of its own, so that a terminal's Ctrl-C does not reach it.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let arguments = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, words[0], &actions, &attributes, arguments, environ)
    guard code == 0 else {
      throw ScratchPostgresError(message: "cannot start \(words[0]): errno \(code)")
    }
    return pid
  }
}
