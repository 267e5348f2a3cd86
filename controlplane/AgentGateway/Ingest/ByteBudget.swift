import Synchronization

/// How many bytes of reports may be in memory at once: whoever wants more waits, first come first
/// served. That is what slows agents down when the store is slower than they are.
final class ByteBudget: Sendable {
  private struct State {
    var free: Int
    var waiting: [(bytes: Int, ready: CheckedContinuation<Void, Never>)] = []
  }

  private let total: Int
  private let state: Mutex<State>

  init(bytes: Int) {
    total = bytes
    state = Mutex(State(free: bytes))
  }

  /// Runs `body` while `bytes` of the budget are its own; asking for more than all is asking for all.
  func with<Result>(
    _ bytes: Int, _ body: () async throws -> Result
  ) async rethrows -> Result {
    let bytes = min(bytes, total)
    await take(bytes)
    defer { give(bytes) }
    return try await body()
  }

  private func take(_ bytes: Int) async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.waiting.isEmpty && state.free >= bytes else {
          state.waiting.append((bytes, continuation))
          return false
        }
        state.free -= bytes
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  private func give(_ bytes: Int) {
    let ready = state.withLock { state in
      state.free += bytes
      var ready: [CheckedContinuation<Void, Never>] = []
      while let first = state.waiting.first, first.bytes <= state.free {
        state.free -= first.bytes
        ready.append(first.ready)
        state.waiting.removeFirst()
      }
      return ready
    }
    for continuation in ready { continuation.resume() }
  }
}
