import Synchronization

/// What the heartbeat says of a conductor's work, readable at any moment.
final class ConductorLoad: Sendable {
  private let count = Atomic<Int>(0)

  /// How many executions run.
  var running: Int {
    get { count.load(ordering: .relaxed) }
    set { count.store(newValue, ordering: .relaxed) }
  }
}
