import Model

/// The due instants that were handed out and are not answered, by job.
struct Outstanding: Sendable {
  private var instants: [JobID: Set<Instant>] = [:]
  /// How many there are.
  private(set) var count = 0

  /// Whether nothing is.
  var isEmpty: Bool { count == 0 }

  /// Notes that the instant waits for an answer.
  mutating func add(_ job: JobID, _ instant: Instant) {
    if instants[job, default: []].insert(instant).inserted { count += 1 }
  }

  /// Notes the instant's answer; false when none was waited for.
  @discardableResult
  mutating func remove(_ job: JobID, _ instant: Instant) -> Bool {
    guard instants[job]?.remove(instant) != nil else { return false }
    count -= 1
    if instants[job]?.isEmpty == true { instants[job] = nil }
    return true
  }

  /// Those of one job.
  func of(_ job: JobID) -> Set<Instant> { instants[job] ?? [] }

  /// Up to when all of a job's instants are answered, when they were handed out through `handed`.
  func answered(_ job: JobID, handed: Instant) -> Instant {
    guard let first = instants[job]?.min() else { return handed }
    return min(handed, Instant(microseconds: first.microseconds - 1))
  }
}
