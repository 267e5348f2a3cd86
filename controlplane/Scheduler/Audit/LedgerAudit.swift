public import Model

/// What an audit found over a period.
public struct LedgerAudit: Sendable, Hashable {
  /// The period: instants after this one …
  public let from: Instant
  /// … and not after this one.
  public let through: Instant
  /// Instants after this one without a row are open, not gaps.
  public let open: Instant
  /// Outcomes before this instant are not kept any more, and were asked for: the period begins with it.
  public internal(set) var notKeptBefore: Instant?
  /// How many jobs were looked at.
  public internal(set) var jobs = 0
  /// The sum over all of them.
  public internal(set) var counts = AuditCounts()
  /// The jobs that are not clean.
  public internal(set) var findings: [JobAudit] = []
  /// Rules that cannot be read, so that what they made due is not known.
  public internal(set) var unreadable: [UnreadableRule] = []

  /// Whether every due instant has exactly one outcome.
  public var isClean: Bool { findings.isEmpty && unreadable.isEmpty }

  /// How long an instant may wait for its outcome before it counts as a gap.
  public static let grace: Duration = .seconds(10)

  /// An audit of (from, through] looked at `now`, of which nothing is known that was due before `keptFrom`.
  public init(from: Instant, through: Instant, now: Instant, keptFrom: Instant? = nil) {
    let earliest = keptFrom.map { Instant(microseconds: $0.microseconds - 1) } ?? from
    notKeptBefore = earliest > from ? keptFrom : nil
    self.from = max(from, earliest)
    self.through = through
    open = now.advanced(by: .zero - Self.grace)
  }

  /// Adds what was found of one job.
  public mutating func add(_ job: JobAudit) {
    jobs += 1
    counts += job.counts
    if !job.isClean { findings.append(job) }
  }
}

/// A version of a schedule whose rule cannot be read.
public struct UnreadableRule: Sendable, Hashable {
  public let job: JobID
  public let version: Int64
  /// What is wrong with it.
  public let problem: String
}
