import Synchronization

/// Lets so many tests at once do something that is heavy: the runner starts all of them together, and what waits
/// for its turn must not count as slow.
public final class Slots: Sendable {
  /// Tests with a PostgreSQL database of their own.
  public static let databases = Slots(6)
  /// Tests with a PostgreSQL server, or with daemons, of their own.
  public static let processes = Slots(2)

  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  public init(_ count: Int) { state = Mutex(State(free: count)) }

  /// Waits for a turn, runs `body`, and passes the turn on in the order of asking.
  public func with<Answer>(_ body: () async throws -> Answer) async rethrows -> Answer {
    await enter()
    defer { leave() }
    return try await body()
  }

  private func enter() async {
    await withCheckedContinuation { continuation in
      let isMyTurn = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if isMyTurn { continuation.resume() }
    }
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
