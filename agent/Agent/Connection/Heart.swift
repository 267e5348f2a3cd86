import Synchronization

/// When the control plane was last heard, and how long it may be silent.
final class Heart: Sendable {
  private struct State {
    var last = ContinuousClock.now
    var patience: Duration = .seconds(30)
  }

  private let state = Mutex(State())

  /// Something was heard.
  func beat() { state.withLock { $0.last = .now } }

  /// A ping comes at least so often.
  func expect(every interval: Duration) {
    state.withLock { $0.patience = max(interval, .milliseconds(10)) * 3 }
  }

  var patience: Duration { state.withLock { $0.patience } }

  /// Until when something has to be heard.
  var deadline: ContinuousClock.Instant { state.withLock { $0.last + $0.patience } }
}
