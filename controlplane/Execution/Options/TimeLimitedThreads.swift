import Glibc
import Synchronization

/// Runs work that may never come to its end on threads of its own, never on a shared one.
///
/// Nothing can stop a regular expression that backtracks for years. So whoever waits is let go after
/// the limit; the thread goes on, and while it lasts nothing of the same kind is begun: one bad expression
/// costs one thread. `most` bounds how many such threads there are. They keep their priority: a thread that is
/// seldom let run while it holds the allocator's lock would stop everybody else.
final class TimeLimitedThreads: Sendable {
  /// Why there is no answer.
  enum Failure: Error, Sendable, Hashable {
    /// The work took longer than it may.
    case overdue
    /// Earlier work, of this kind or of too many others, took too long and is still not done.
    case busy
  }

  private let limit: Duration
  private let most: Int
  /// The kinds of work that nobody waits for any more and that still run.
  private let abandoned = Mutex<Set<String>>([])

  init(limit: Duration, most: Int) {
    self.limit = limit
    self.most = most
  }

  /// What `body` answers, within the limit. Equal kinds are likely to take equally long.
  func run<Value: Sendable>(
    kind: String, _ body: @escaping @Sendable () -> Value
  ) async throws(Failure) -> Value {
    let isFree = abandoned.withLock { !$0.contains(kind) && $0.count < most }
    guard isFree else { throw .busy }
    let answer = Answer<Value, Failure>()
    let work = TimeLimitedWork()
    work.start {
      answer.give(.success(body()))
      work.end { _ = self.abandoned.withLock { $0.remove(kind) } }
    }
    do throws(Failure) {
      return try await answer.wait(within: limit, on: ContinuousClock(), late: .overdue)
    } catch {
      work.abandon { _ = abandoned.withLock { $0.insert(kind) } }
      throw error
    }
  }
}

/// One piece of work on its own thread.
private final class TimeLimitedWork: Sendable {
  private enum State {
    case running
    case abandoned
    case ended
  }

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let state = Mutex(State.running)

  /// Runs `body` on a new detached thread.
  func start(_ body: @escaping @Sendable () -> Void) {
    let argument = Unmanaged.passRetained(Body(body)).toOpaque()
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, argument)
    precondition(failure == 0, "pthread_create failed: \(failure)")
    pthread_detach(thread)
  }

  /// The body is done; `note` is called if nobody had waited for it.
  func end(_ note: () -> Void) {
    state.withLock { state in
      if case .abandoned = state { note() }
      state = .ended
    }
  }

  /// Nobody waits any more; `note` is called if the body is not done.
  func abandon(_ note: () -> Void) {
    state.withLock { state in
      guard case .running = state else { return }
      state = .abandoned
      note()
    }
  }
}
