import CLibPQ
import Glibc
import Synchronization

/// One thread that waits for the sockets of one database and runs what it is handed, in order.
///
/// libpq's calls are made on it and nowhere else, so that none blocks a thread of the shared pool.
/// `poll` serves the dozen sockets that a pool has.
final class EventLoop: @unchecked Sendable {
  // @unchecked: `watches` and `timers` are touched on the loop's own thread only.
  typealias Work = @Sendable () -> Void

  private struct Inbox {
    var work: [Work] = []
    var asleep = false
    var stopped = false
  }

  private struct Timer {
    let due: ContinuousClock.Instant
    let work: Work
  }

  private let inbox = Mutex(Inbox())
  private let wakeup = clibpq_eventfd()
  private var watches: [Int32: (events: Int16, ready: Work)] = [:]
  private var timers: [Timer] = []

  /// Starts the thread; it lives until `stop()`.
  init() {
    precondition(wakeup >= 0, "eventfd failed")
    Thread.start { self.turn() }
  }

  /// Runs `work` on the loop's thread, after everything that was handed in before. False when the loop
  /// has stopped and `work` will never run.
  @discardableResult
  func execute(_ work: @escaping Work) -> Bool {
    inbox.withLock { inbox in
      guard !inbox.stopped else { return false }
      inbox.work.append(work)
      // Under the lock: once the loop has stopped, the number may be another file's.
      if inbox.asleep { eventfd_write(wakeup, 1) }
      inbox.asleep = false
      return true
    }
  }

  /// Ends the thread after what was handed in before.
  func stop() {
    execute { self.inbox.withLock { $0.stopped = true } }
  }

  /// Calls `ready` on the loop's thread whenever `descriptor` has one of `events` (loop's thread only).
  func watch(_ descriptor: Int32, for events: Int16, _ ready: @escaping Work) {
    watches[descriptor] = (events, ready)
  }

  /// Ends `watch` (loop's thread only).
  func unwatch(_ descriptor: Int32) { watches[descriptor] = nil }

  /// Runs `work` after `delay` (loop's thread only).
  func after(_ delay: Duration, _ work: @escaping Work) {
    timers.append(Timer(due: .now + delay, work: work))
    timers.sort { $0.due < $1.due }
  }

  private func turn() {
    while true {
      let (work, stopped) = inbox.withLock { inbox in
        defer { inbox.work.removeAll(keepingCapacity: inbox.work.count < 64) }
        inbox.asleep = inbox.work.isEmpty && !inbox.stopped
        return (inbox.work, inbox.stopped)
      }
      for item in work { item() }
      if stopped { break }
      runDueTimers()
      wait(work.isEmpty ? nextTimeout() : 0)
    }
    close(wakeup)
  }

  private func wait(_ timeout: Int32) {
    var polled = [pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0)]
    for (descriptor, watch) in watches {
      polled.append(pollfd(fd: descriptor, events: watch.events, revents: 0))
    }
    guard poll(&polled, nfds_t(polled.count), timeout) > 0 else { return }
    if polled[0].revents != 0 {
      var count: eventfd_t = 0
      eventfd_read(wakeup, &count)
    }
    for item in polled.dropFirst() where item.revents != 0 { watches[item.fd]?.ready() }
  }

  private func runDueTimers() {
    guard !timers.isEmpty else { return }
    let now = ContinuousClock.now
    while let first = timers.first, first.due <= now {
      timers.removeFirst()
      first.work()
    }
  }

  private func nextTimeout() -> Int32 {
    guard let first = timers.first else { return -1 }
    let (seconds, attoseconds) = (first.due - .now).components
    return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
  }
}
