/// When instants in doubt are settled again: after a pause that doubles while doubts remain. Pure.
struct DoubtPause: Sendable, Hashable {
  private let first: Duration
  private let longest: Duration
  private var pause: Duration
  private var end: Duration?

  init(first: Duration, longest: Duration) {
    self.first = min(first, longest)
    self.longest = longest
    pause = self.first
  }

  /// Whether doubts that there are may be settled again now. The first ones after a quiet time wait for the
  /// first pause.
  mutating func isOver(hasDoubts: Bool, at now: Duration) -> Bool {
    guard hasDoubts else { return false }
    guard let end, now < end + pause else {
      pause = first
      self.end = now + first
      return false
    }
    guard now >= end else { return false }
    self.end = now + pause
    pause = min(pause * 2, longest)
    return true
  }

  /// How long the pause still lasts.
  func rest(at now: Duration) -> Duration {
    max(.milliseconds(1), (end ?? now) - now)
  }
}
