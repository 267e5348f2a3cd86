import Glibc
import Synchronization

/// Lets a server's thread wait for the test, and the test for it.
final class Gate: Sendable {
  private let state = Mutex((isOpen: false, waiters: [CheckedContinuation<Void, Never>]()))
  private let pipe: (read: Int32, write: Int32)

  init() {
    var ends: [Int32] = [0, 0]
    precondition(Glibc.pipe(&ends) == 0)
    pipe = (ends[0], ends[1])
  }

  deinit {
    close(pipe.read)
    close(pipe.write)
  }

  /// Lets everybody pass from now on.
  func open() {
    let waiters = state.withLock { state in
      defer { state.waiters = [] }
      if !state.isOpen { _ = write(pipe.write, [1], 1) }
      state.isOpen = true
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Blocks the calling thread until it is open or the time is over.
  func waitBlocking(milliseconds: Int32 = 30_000) {
    var entry = pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
    poll(&entry, 1, milliseconds)
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiters.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}
