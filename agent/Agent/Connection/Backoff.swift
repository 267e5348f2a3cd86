/// How long to wait before the next attempt: doubles from `first` to `longest`, each time a random part
/// between half and all of it, so that a thousand agents do not come back in the same instant. For ever.
public struct Backoff: Sendable, Hashable {
  public let first: Duration
  public let longest: Duration
  private var attempts = 0

  public init(first: Duration = .milliseconds(100), longest: Duration = .seconds(10)) {
    self.first = first
    self.longest = longest
  }

  /// The wait before the next attempt. `chance` is a random number from 0 up to, not including, 1.
  public mutating func next(chance: Double) -> Duration {
    let whole = min(longest, first * (1 << min(attempts, 20)))
    attempts = min(attempts + 1, 20)
    return whole * (0.5 + chance / 2)
  }

  /// Something worked: begin again with `first`.
  public mutating func reset() { attempts = 0 }
}
