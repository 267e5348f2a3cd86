import Metrics
import Synchronization

/// Only grows.
final class PrometheusCounter: CounterHandler, FloatingPointCounterHandler {
  private let total = Mutex(0.0)
  var value: Double { total.withLock { $0 } }

  func increment(by amount: Int64) { increment(by: Double(amount)) }
  func increment(by amount: Double) { if amount > 0 { total.withLock { $0 += amount } } }
  func reset() { total.withLock { $0 = 0 } }
}

/// A value as it is now.
final class PrometheusGauge: MeterHandler, RecorderHandler {
  private let current = Mutex(0.0)
  var value: Double { current.withLock { $0 } }

  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { current.withLock { $0 = value } }
  func increment(by amount: Double) { current.withLock { $0 += amount } }
  func decrement(by amount: Double) { current.withLock { $0 -= amount } }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }
}

/// How values are spread over buckets; times are kept in seconds.
final class PrometheusHistogram: RecorderHandler, TimerHandler {
  struct State: Sendable {
    var counts = [UInt64](repeating: 0, count: PrometheusHistogram.bounds.count)
    var total: UInt64 = 0
    var sum = 0.0
  }

  /// The buckets' upper bounds.
  static let bounds = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
  ]
  private let state = Mutex(State())
  var current: State { state.withLock { $0 } }

  func record(_ value: Int64) { record(Double(value)) }
  func record(_ value: Double) {
    state.withLock { state in
      if let bucket = Self.bounds.firstIndex(where: { value <= $0 }) { state.counts[bucket] += 1 }
      state.total += 1
      state.sum += value
    }
  }
  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }
}
