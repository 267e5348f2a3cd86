extension PrometheusRegistry {
  /// The type of the text, as a `Content-Type`.
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// Everything in Prometheus' text format, version 0.0.4.
  public func text() -> String {
    var text = ""
    var last: String?
    for (key, instrument) in all {
      if key.name != last { text += "# TYPE \(key.name) \(Self.kind(instrument))\n" }
      last = key.name
      Self.write(key, instrument, to: &text)
    }
    return text
  }

  private static func kind(_ instrument: Instrument) -> String {
    switch instrument {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    }
  }

  private static func write(_ key: Key, _ instrument: Instrument, to text: inout String) {
    switch instrument {
    case .counter(let counter): line(key.name, key.labels, counter.value, to: &text)
    case .gauge(let gauge): line(key.name, key.labels, gauge.value, to: &text)
    case .histogram(let histogram): write(key, histogram.current, to: &text)
    }
  }

  private static func write(
    _ key: Key, _ state: PrometheusHistogram.State, to text: inout String
  ) {
    var count: UInt64 = 0
    for (bound, inBucket) in zip(PrometheusHistogram.bounds, state.counts) {
      count += inBucket
      bucket(key, "\(number(bound))", count, to: &text)
    }
    bucket(key, "+Inf", state.total, to: &text)
    line("\(key.name)_sum", key.labels, state.sum, to: &text)
    line("\(key.name)_count", key.labels, Double(state.total), to: &text)
  }

  private static func bucket(
    _ key: Key, _ bound: String, _ count: UInt64, to text: inout String
  ) {
    let labels = key.labels.isEmpty ? "le=\"\(bound)\"" : "\(key.labels),le=\"\(bound)\""
    line("\(key.name)_bucket", labels, Double(count), to: &text)
  }

  private static func line(
    _ name: String, _ labels: String, _ value: Double, to text: inout String
  ) {
    text += labels.isEmpty ? "\(name) \(number(value))\n" : "\(name){\(labels)} \(number(value))\n"
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}
