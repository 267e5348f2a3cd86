/// One line of the benchmarks' table.
struct Figure: Sendable {
  /// What was measured.
  let name: String
  let value: Double
  let unit: String
  /// The value that is to be reached.
  let reach: Reach
  /// What the machine itself can do, measured in the same run; empty when the reach is absolute.
  var machine = ""

  /// Which side of a bound is good.
  enum Reach: Sendable {
    case atMost(Double)
    case atLeast(Double)
  }

  var isReached: Bool {
    switch reach {
    case .atMost(let bound): value <= bound
    case .atLeast(let bound): value >= bound
    }
  }

  private var bound: String {
    switch reach {
    case .atMost(let bound): "≤ \(rounded(bound)) \(unit)"
    case .atLeast(let bound): "≥ \(rounded(bound)) \(unit)"
    }
  }

  /// The line, with columns for the eye.
  var line: String {
    let mark = isReached ? "reached" : "NOT REACHED"
    return [
      padded(name, 62), padded("\(rounded(value)) \(unit)", 16), padded(bound, 16),
      padded(mark, 12), machine,
    ].joined(separator: " ")
  }
}

private func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// The number with one digit after the point.
func rounded(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return "\(tenths / 10).\(abs(tenths % 10))"
}

/// The middle one of the values.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  precondition(!sorted.isEmpty, "a median needs a value")
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// How long `body` takes, in seconds.
func seconds(_ body: () async throws -> Void) async rethrows -> Double {
  let clock = ContinuousClock()
  let start = clock.now
  try await body()
  return (clock.now - start) / .seconds(1)
}
