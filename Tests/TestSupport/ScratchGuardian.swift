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
    pid = try ChildProcess(
      words: ["/bin/sh", "-c", script, folder], environment: ["PATH": "/usr/bin:/bin"],
      input: ends[0]
    ).spawn()
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
}
