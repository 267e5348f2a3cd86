import Synchronization

/// A clock that only moves when a test says so.
public final class ManualClock: Clock, Sendable {
  /// A point on this clock: how far it had been advanced.
  public struct Instant: InstantProtocol, Sendable {
    /// The time since the clock's beginning.
    public var offset: Swift.Duration

    /// The point `offset` after the clock's beginning.
    public init(offset: Swift.Duration) { self.offset = offset }

    public func advanced(by duration: Swift.Duration) -> Instant {
      Instant(offset: offset + duration)
    }

    public func duration(to other: Instant) -> Swift.Duration { other.offset - offset }

    public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private struct Sleeper {
    let id: UInt64
    let due: Instant
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var now = Instant(offset: .zero)
    var last: UInt64 = 0
    var sleepers: [Sleeper] = []
    var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  /// A clock at its beginning.
  public init() {}

  public var now: Instant { state.withLock { $0.now } }

  public var minimumResolution: Swift.Duration { .zero }

  public func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
    let id = state.withLock { state in
      state.last += 1
      return state.last
    }
    let isDue = await withTaskCancellationHandler {
      await withCheckedContinuation { wait(id, deadline, $0) }
    } onCancel: {
      wake { $0.id == id }.forEach { $0.continuation.resume(returning: false) }
    }
    if !isDue { throw CancellationError() }
  }

  /// Moves the clock and wakes whoever slept until then.
  public func advance(by duration: Swift.Duration) {
    let now = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      return state.now
    }
    let due = wake { $0.due <= now }.sorted { $0.due < $1.due }
    for sleeper in due { sleeper.continuation.resume(returning: true) }
  }

  /// How many tasks sleep now.
  public var sleeping: Int { state.withLock { $0.sleepers.count } }

  /// When the first of them wakes.
  public var earliest: Instant? { state.withLock { $0.sleepers.map(\.due).min() } }

  /// Waits until at least `count` tasks sleep on this clock, so that `advance` finds them.
  public func sleepers(_ count: Int = 1) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isThere = state.withLock { state in
        if state.sleepers.count >= count { return true }
        state.observers.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  private func wait(
    _ id: UInt64, _ deadline: Instant, _ continuation: CheckedContinuation<Bool, Never>
  ) {
    var observers: [CheckedContinuation<Void, Never>] = []
    let answer = state.withLock { state -> Bool? in
      if Task.isCancelled { return false }
      if state.now >= deadline { return true }
      state.sleepers.append(Sleeper(id: id, due: deadline, continuation: continuation))
      let count = state.sleepers.count
      observers = state.observers.filter { $0.count <= count }.map(\.continuation)
      state.observers.removeAll { $0.count <= count }
      return nil
    }
    if let answer { continuation.resume(returning: answer) }
    for observer in observers { observer.resume() }
  }

  private func wake(_ matches: (Sleeper) -> Bool) -> [Sleeper] {
    state.withLock { state in
      let woken = state.sleepers.filter(matches)
      state.sleepers.removeAll(where: matches)
      return woken
    }
  }
}
