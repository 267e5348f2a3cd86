import TestSupport

extension SeededGenerator {
  /// True in `permille` of 1000 cases.
  mutating func chance(_ permille: Int) -> Bool {
    Int.random(in: 0..<1000, using: &self) < permille
  }

  mutating func duration(_ range: ClosedRange<Int64>) -> Duration {
    .milliseconds(Int64.random(in: range, using: &self))
  }
}
