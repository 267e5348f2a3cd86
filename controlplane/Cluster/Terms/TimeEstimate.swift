import Model

/// Where the database's clock stands beside the monotonic one. Decides, does nothing.
///
/// The database's time at some moment between a question's sending and its answer's arrival is known, so each
/// answer gives the difference of the clocks to within its round trip. The shortest round trip wins; a kept answer
/// grows less certain with age, as clocks drift apart. An answer that contradicts the kept one (the clock was set,
/// another server answers) replaces it.
struct TimeEstimate: Sendable, Hashable {
  /// How far two clocks drift apart at most, in parts per million; NTP allows 500.
  static let drift = 500

  /// The database's time minus the monotonic one, in the middle of what is possible.
  private var difference: Duration
  /// How far the difference may be off, when it was measured.
  private var uncertainty: Duration
  /// When it was measured.
  private var measured: Duration

  init(_ database: Instant, sent: Duration, received: Duration) {
    uncertainty = (received - sent) / 2
    difference = .microseconds(database.microseconds) - sent - uncertainty
    measured = received
  }

  /// The database's time when the monotonic clock shows `now`.
  func instant(at now: Duration) -> Instant {
    Instant(microseconds: 0).advanced(by: now + difference)
  }

  /// Takes the answer when it is more certain than what is kept, or contradicts it.
  mutating func note(_ database: Instant, sent: Duration, received: Duration) {
    let other = TimeEstimate(database, sent: sent, received: received)
    let aged = uncertainty + (received - measured) * Self.drift / 1_000_000
    let distance = other.difference - difference
    let isContradiction =
      (distance < .zero ? .zero - distance : distance) > aged + other.uncertainty
    if other.uncertainty <= aged || isContradiction { self = other }
  }
}
