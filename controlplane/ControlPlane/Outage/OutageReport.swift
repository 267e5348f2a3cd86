/// Decides what is said of outages of the database: that one has begun, and that it is over. Pure.
///
/// One that begins soon after another was said is said only when it lasts, so a link that flaps fills no log.
struct OutageReport: Sendable {
  /// How soon after another one an outage is not said at once, and how long it lasts before it is said then.
  static let quiet = Duration.seconds(60)
  static let patience = Duration.seconds(5)
  /// How long after an outage what failed in it may still be logged.
  static let echo = Duration.seconds(2)

  /// What is said at the end of an outage that was said at its beginning.
  struct End: Sendable, Hashable {
    let lasted: Duration
    /// How many lines were not logged because they said the same.
    let withheld: Int
  }

  private var since: Duration?
  private var isSaid = false
  private var lastSaid: Duration?
  private var ended: Duration?
  private var withheld = 0

  /// Whether the last that is known is a failure.
  var isAway: Bool { since != nil }

  /// The database did not answer; true when that is to be said.
  mutating func failed(at now: Duration) -> Bool {
    let begin = since ?? now
    since = begin
    if isSaid { return false }
    let isQuiet = lastSaid.map { now - $0 < Self.quiet } ?? false
    if isQuiet && now - begin < Self.patience { return false }
    isSaid = true
    lastSaid = now
    return true
  }

  /// The database answered; not nil when the end of an outage is to be said.
  mutating func answered(at now: Duration) -> End? {
    guard let begin = since else { return nil }
    let end = End(lasted: now - begin, withheld: withheld)
    let wasSaid = isSaid
    (since, isSaid, ended, withheld) = (nil, false, now, 0)
    return wasSaid ? end : nil
  }

  /// Whether a line that says that the database is away is not logged. It is counted then.
  mutating func withholds(at now: Duration) -> Bool {
    let isEcho = ended.map { now - $0 < Self.echo } ?? false
    guard isAway || isEcho else { return false }
    withheld += 1
    return true
  }
}
