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

  /// Whether doubts that there are may be tried again now.
  mutating func isOver(hasDoubts: Bool, at now: Duration) -> Bool {
    guard hasDoubts else {
      if let end, now >= end + pause { pause = first }
      return false
    }
    guard let end, end > now else {
      let isFirst = end == nil
      end = now + pause
      if !isFirst { pause = min(pause * 2, longest) }
      return !isFirst
    }
    return false
  }

  /// How long the pause still lasts.
  func rest(at now: Duration) -> Duration {
    max(.milliseconds(1), (end ?? now) - now)
  }
}
