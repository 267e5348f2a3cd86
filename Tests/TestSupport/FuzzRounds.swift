import Glibc

/// The rounds of a fuzz test, each with a seed: a fixed number of them in `make test`, and as many as fit in
/// `QUARTERDECK_FUZZ_SECONDS` in `make fuzz`, which begins at `QUARTERDECK_FUZZ_SEED`.
///
/// A round is the same whenever its seed is: say the seed in what a failed expectation says.
public struct FuzzRounds: Sequence, IteratorProtocol, Sendable {
  private var seed: UInt64
  private var left: Int
  private let end: ContinuousClock.Instant?

  /// - Parameter count: the rounds of `make test`.
  public init(_ count: Int) {
    seed = Self.number("QUARTERDECK_FUZZ_SEED").map { UInt64($0) } ?? 1
    let seconds = Self.number("QUARTERDECK_FUZZ_SECONDS")
    left = seconds == nil ? count : .max
    end = seconds.map { ContinuousClock().now.advanced(by: .seconds($0)) }
  }

  public mutating func next() -> UInt64? {
    if left == 0 { return nil }
    if let end, ContinuousClock().now >= end { return nil }
    defer {
      seed &+= 1
      left -= 1
    }
    return seed
  }

  private static func number(_ name: String) -> Int? {
    getenv(name).flatMap { Int(String(cString: $0)) }.flatMap { $0 >= 0 ? $0 : nil }
  }
}
