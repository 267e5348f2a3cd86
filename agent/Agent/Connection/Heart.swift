import Synchronization

/// When the control plane was last heard, and how long it may be silent.
final class Heart: Sendable {
  private struct State {
    var last = ContinuousClock.now
    var patience: Duration = .seconds(30)
    var isExpecting = false
  }

  private let state = Mutex(State())

  /// Something was heard.
  func beat() { state.withLock { $0.last = .now } }

  /// A ping comes at least so often.
  func expect(every interval: Duration) {
    state.withLock {
      $0.patience = max(interval, .milliseconds(10)) * 3
      $0.isExpecting = true
    }
  }

  var patience: Duration { state.withLock { $0.patience } }

  /// Until when something has to be heard.
  var deadline: ContinuousClock.Instant { state.withLock { $0.last + $0.patience } }

  /// When to look at the deadline again: until the member has said how often it pings, the deadline may come closer.
  var nextLook: ContinuousClock.Instant {
    let isExpecting = state.withLock { $0.isExpecting }
    return isExpecting ? deadline : min(deadline, .now + .milliseconds(500))
  }
}
