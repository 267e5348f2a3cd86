import Model

/// How many late instants may be launched, so that the runs of a long outage do not come all at once.
/// Grants what was spared, up to one second's worth. Pure.
struct CatchUpBudget: Sendable, Hashable {
  /// Launches a second.
  let rate: Int
  private var spared: Double
  private var counted: Instant

  init(rate: Int, at now: Instant) {
    self.rate = max(rate, 1)
    spared = Double(self.rate)
    counted = now
  }

  /// How many of `wanted` may be launched now.
  mutating func take(_ wanted: Int, at now: Instant) -> Int {
    let passed = max(0, Double(now.microseconds - counted.microseconds) / 1_000_000)
    counted = max(counted, now)
    spared = min(Double(rate), spared + passed * Double(rate))
    let granted = min(wanted, Int(spared))
    spared -= Double(granted)
    return granted
  }

  /// How long until at least one more may be launched.
  var wait: Duration {
    spared >= 1 ? .zero : .nanoseconds(Int64((1 - spared) / Double(rate) * 1e9) + 1)
  }
}
