import Synchronization

/// An answer that somebody waits for. The first one given counts.
final class Answer<Value: Sendable, Failure: Error>: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<Result<Value, Failure>, Never>)
    case given(Result<Value, Failure>)
  }

  private let state = Mutex(State.open)

  /// Whether an answer was given already.
  var isGiven: Bool {
    state.withLock { if case .given = $0 { true } else { false } }
  }

  /// Gives the answer, unless one was given before.
  func give(_ result: Result<Value, Failure>) {
    let waiter = state.withLock { state -> CheckedContinuation<Result<Value, Failure>, Never>? in
      defer { if case .given = state {} else { state = .given(result) } }
      if case .awaited(let waiter) = state { return waiter }
      return nil
    }
    waiter?.resume(returning: result)
  }

  /// Waits for the answer; `late` is the answer when none comes within `limit`.
  func wait(
    within limit: Duration, on clock: any Clock<Duration>, late: Failure
  ) async throws(Failure) -> Value {
    let timer = Task {
      guard (try? await clock.sleep(for: limit)) != nil else { return }
      give(.failure(late))
    }
    defer { timer.cancel() }
    return try await value()
  }

  /// Waits for the answer, however long it takes.
  func value() async throws(Failure) -> Value {
    try await withCheckedContinuation { waiter in resume(waiter) }.get()
  }

  private func resume(_ waiter: CheckedContinuation<Result<Value, Failure>, Never>) {
    let given = state.withLock { state -> Result<Value, Failure>? in
      if case .given(let result) = state { return result }
      state = .awaited(waiter)
      return nil
    }
    if let given { waiter.resume(returning: given) }
  }
}
