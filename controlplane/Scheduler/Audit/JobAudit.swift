public import Model

/// What an audit found of one job.
public struct JobAudit: Sendable, Hashable {
  public let job: JobID
  public internal(set) var counts = AuditCounts()
  /// Every instant that was due and has no row, neighbours joined.
  public internal(set) var gaps: [LedgerGap] = []
  /// Every row whose instant no version of the schedule makes due.
  public internal(set) var unexpected: [Instant] = []
  /// Every instant with more than one execution.
  public internal(set) var duplicates: [DuplicateFire] = []

  init(job: JobID) { self.job = job }

  /// Whether each due instant has exactly one outcome, and nothing else has one.
  public var isClean: Bool { gaps.isEmpty && unexpected.isEmpty && duplicates.isEmpty }

  mutating func addToGap(_ instant: Instant, isNew: Bool) {
    counts.gaps += 1
    if isNew || gaps.isEmpty {
      gaps.append(LedgerGap(first: instant, last: instant, count: 1))
    } else {
      gaps[gaps.count - 1].last = instant
      gaps[gaps.count - 1].count += 1
    }
  }
}

/// How many instants and rows there were.
public struct AuditCounts: Sendable, Hashable {
  /// Instants that were due.
  public internal(set) var expected = 0
  /// Rows by outcome.
  public internal(set) var ran = 0
  public internal(set) var missed = 0
  public internal(set) var skipped = 0
  /// Instants too young to be gaps.
  public internal(set) var open = 0
  /// Instants that were due and have no row.
  public internal(set) var gaps = 0

  public init() {}

  static func += (sum: inout Self, other: Self) {
    sum.expected += other.expected
    sum.ran += other.ran
    sum.missed += other.missed
    sum.skipped += other.skipped
    sum.open += other.open
    sum.gaps += other.gaps
  }
}

/// Due instants of one job, one after the other, that have no row.
public struct LedgerGap: Sendable, Hashable {
  public let first: Instant
  public internal(set) var last: Instant
  public internal(set) var count: Int
}

/// A due instant with more than one execution.
public struct DuplicateFire: Sendable, Hashable {
  public let dueAt: Instant
  /// All of them.
  public let executions: [ExecutionID]
}
