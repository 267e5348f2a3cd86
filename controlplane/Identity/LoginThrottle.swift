public import Model

/// Slows down guessing: after a few failures for one user name or from one address, further tries are
/// refused for a time that doubles with each failure. Pure; the caller passes the time.
public struct LoginThrottle: Sendable {
  struct Failures: Sendable {
    var count: Int
    var last: Instant
  }

  /// How many failures are free.
  public let freeFailures: Int
  /// The longest pause.
  public let longestPause: Duration
  /// At most this many users and addresses are remembered; the oldest are forgotten first.
  public let capacity: Int
  private var failures: [String: Failures] = [:]
  /// How many tries of a user are being checked.
  private var pending: [String: Int] = [:]

  public init(
    freeFailures: Int = 5, longestPause: Duration = .seconds(900), capacity: Int = 2_000
  ) {
    self.freeFailures = freeFailures
    self.longestPause = longestPause
    self.capacity = capacity
  }

  /// Begins a try, which ends with `ended`; or answers how long it must wait. As many tries of one user
  /// as may fail are checked at once: guesses that come together count as those that come in turn.
  public mutating func begin(user: String, address: String, at now: Instant) -> Duration? {
    if let pause = pause(user: user, address: address, at: now) { return pause }
    let key = key(user: user)
    if pending[key, default: 0] >= freeFailures { return .seconds(1) }
    pending[key, default: 0] += 1
    return nil
  }

  /// A try that `begin` let in has been checked, or could not be.
  public mutating func ended(user: String) {
    let key = key(user: user)
    pending[key] = pending[key].flatMap { $0 > 1 ? $0 - 1 : nil }
  }

  /// How long a try must still wait; nil when it may go on.
  public func pause(user: String, address: String, at now: Instant) -> Duration? {
    let until = [key(user: user), key(address: address)].compactMap { failures[$0] }
      .map { $0.last.advanced(by: pause(after: $0.count)) }.max()
    guard let until, until > now else { return nil }
    return now.duration(to: until)
  }

  /// Remembers a failure.
  public mutating func failed(user: String, address: String, at now: Instant) {
    for key in [key(user: user), key(address: address)] {
      failures[key] = Failures(count: (failures[key]?.count ?? 0) + 1, last: now)
    }
    if failures.count > capacity { forgetOldest() }
  }

  /// Forgets the failures of the user who has proved to be the right one.
  public mutating func succeeded(user: String) {
    failures[key(user: user)] = nil
  }

  private func pause(after count: Int) -> Duration {
    guard count >= freeFailures else { return .zero }
    let doublings = min(count - freeFailures, 20)
    return min(.seconds(1 << doublings), longestPause)
  }

  private mutating func forgetOldest() {
    let oldest = failures.sorted { $0.value.last < $1.value.last }.prefix(capacity / 4)
    for (key, _) in oldest { failures[key] = nil }
  }

  /// Bounded, because anybody can send any name: long names that begin alike are slowed down together.
  private func key(user: String) -> String { "user \(user.prefix(128))" }
  private func key(address: String) -> String { "address \(address)" }
}
