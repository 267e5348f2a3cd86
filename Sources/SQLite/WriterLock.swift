import Database
import Synchronization

/// Who may write: one at a time, in the order in which they asked. It holds no thread while waiting.
final class WriterLock: Sendable {
  private struct State {
    var isHeld = false
    var last: UInt64 = 0
    var waiters: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
  }

  private let state = Mutex(State())

  /// Waits for its turn. Throws `cancelled` when the task was cancelled before it came.
  func lock() async throws(Failure) {
    if tryLock() { return }
    let id = state.withLock { state in
      state.last += 1
      return state.last
    }
    let granted = await withTaskCancellationHandler {
      await withCheckedContinuation { wait(id, $0) }
    } onCancel: {
      withdraw(id)
    }
    guard granted else { throw Failure(code: .cancelled, message: "the task was cancelled") }
  }

  /// Lets the next one in.
  func unlock() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      if state.waiters.isEmpty {
        state.isHeld = false
        return nil
      }
      return state.waiters.removeFirst().continuation
    }
    next?.resume(returning: true)
  }

  private func tryLock() -> Bool {
    state.withLock { state in
      guard !state.isHeld else { return false }
      state.isHeld = true
      return true
    }
  }

  private func wait(_ id: UInt64, _ continuation: CheckedContinuation<Bool, Never>) {
    let isGranted = state.withLock { state -> Bool? in
      if Task.isCancelled { return false }
      if !state.isHeld {
        state.isHeld = true
        return true
      }
      state.waiters.append((id, continuation))
      return nil
    }
    if let isGranted { continuation.resume(returning: isGranted) }
  }

  private func withdraw(_ id: UInt64) {
    let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
      return state.waiters.remove(at: index).continuation
    }
    waiter?.resume(returning: false)
  }
}
