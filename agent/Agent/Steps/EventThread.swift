import CLinux
import Glibc
import Synchronization

/// A thread of its own for work that blocks: runs an actor's jobs and waits for descriptors, both with one epoll.
///
/// Starting processes, reading spools and watching for ends happen here and never on the shared pool.
final class EventThread: SerialExecutor, Sendable {
  /// Called on the thread with the number that a descriptor was watched under.
  typealias Handler = @Sendable (UInt64) -> Void

  private struct State {
    var jobs: [UnownedJob] = []
    var handler: Handler?
    var isStopping = false
  }

  private static let wakeNumber = UInt64.max
  private let state = Mutex(State())
  private let thread = Atomic<UInt>(0)
  private let epoll: Int32
  private let wakeup: Int32

  init(name: String) throws(SystemError) {
    epoll = epoll_create1(Int32(O_CLOEXEC))
    wakeup = eventfd(0, Int32(O_CLOEXEC | O_NONBLOCK))
    guard epoll >= 0, wakeup >= 0 else { throw SystemError("epoll") }
    watch(wakeup, as: Self.wakeNumber)
    var thread = pthread_t()
    let box = Unmanaged.passRetained(self)
    let code = pthread_create(
      &thread, nil,
      { argument in
        let me = Unmanaged<EventThread>.fromOpaque(argument!).takeRetainedValue()
        me.loop()
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw SystemError("thread", code: code)
    }
    pthread_detach(thread)
  }

  deinit {
    _ = close(epoll)
    _ = close(wakeup)
  }

  /// Who hears of descriptors.
  func handle(_ handler: @escaping Handler) { state.withLock { $0.handler = handler } }

  /// Calls the handler with `number` while `file` can be read.
  func watch(_ file: Int32, as number: UInt64) {
    var event = epoll_event()
    event.events = EPOLLIN.rawValue
    event.data.u64 = number
    epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event)
  }

  /// Stops calling; must come before the descriptor is closed.
  func unwatch(_ file: Int32) {
    var event = epoll_event()
    epoll_ctl(epoll, EPOLL_CTL_DEL, file, &event)
  }

  /// Ends the thread after the jobs that wait. Nothing may be enqueued afterwards.
  func stop() {
    state.withLock {
      $0.isStopping = true
      $0.handler = nil
    }
    wake()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isFirst = state.withLock { state in
      state.jobs.append(job)
      return state.jobs.count == 1
    }
    if isFirst { wake() }
  }

  private func wake() {
    var one: UInt64 = 1
    _ = write(wakeup, &one, 8)
  }

  /// Handlers run on the thread outside of any job and are isolated all the same.
  func isIsolatingCurrentContext() -> Bool? {
    thread.load(ordering: .relaxed) == pthread_self()
  }

  func checkIsolated() {
    precondition(thread.load(ordering: .relaxed) == pthread_self(), "not on the event thread")
  }

  private func loop() {
    thread.store(pthread_self(), ordering: .relaxed)
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    while true {
      let count = epoll_wait(epoll, &events, 64, -1)
      for index in 0..<max(0, Int(count)) { take(events[index].data.u64) }
      guard runJobs() else { return }
    }
  }

  private func take(_ number: UInt64) {
    guard number == Self.wakeNumber else {
      let handler = state.withLock { $0.handler }
      handler?(number)
      return
    }
    var counter: UInt64 = 0
    _ = read(wakeup, &counter, 8)
  }

  /// Runs what waits; false when the thread is to end.
  private func runJobs() -> Bool {
    let (jobs, isStopping) = state.withLock { state in
      defer { state.jobs = [] }
      return (state.jobs, state.isStopping)
    }
    for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
    return !(isStopping && jobs.isEmpty)
  }
}
