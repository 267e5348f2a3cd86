public import Model
public import Store

/// Compares the instants at which one job was due with what the ledger says of them. Pure.
///
/// It is fed stretch by stretch in the order of time, so that a long period is never held in memory.
public struct LedgerComparison: Sendable {
  /// What was found so far.
  public private(set) var audit: JobAudit
  /// Whether the instant before had no row.
  private var isInGap = false

  /// A comparison for the job.
  public init(job: JobID) { audit = JobAudit(job: job) }

  /// Compares one stretch: all instants that were expected in it with all rows of the ledger in it. An
  /// instant after `open` that has no row yet is open, not a gap.
  public mutating func compare(
    expected: [ExpectedInstant], rows: [LedgerEntry], open: Instant
  ) {
    var unexplained = Set(rows.map(\.dueAt))
    for row in rows { count(row.outcome) }
    for due in expected {
      note(due.instant, isThere: unexplained.remove(due.instant) != nil, open: open)
    }
    audit.counts.expected += expected.count
    audit.unexpected += unexplained.sorted()
  }

  /// Looks for instants with more than one execution among these of the job.
  ///
  /// One that was created more than a second ahead of its time was launched for that time by somebody
  /// (`runAtTime`): no instant of the schedule began it.
  public mutating func compare(executions: [FiredExecution]) {
    let fired = executions.filter { $0.createdAt.duration(to: $0.dueAt) <= .seconds(1) }
    let groups = Dictionary(grouping: fired, by: \.dueAt).filter { $0.value.count > 1 }
    for (instant, group) in groups.sorted(by: { $0.key < $1.key }) {
      audit.duplicates.append(
        DuplicateFire(dueAt: instant, executions: group.map(\.execution).sorted()))
    }
  }

  private mutating func count(_ outcome: FireOutcome) {
    switch outcome {
    case .ran: audit.counts.ran += 1
    case .missed: audit.counts.missed += 1
    case .skipped: audit.counts.skipped += 1
    }
  }

  private mutating func note(_ instant: Instant, isThere: Bool, open: Instant) {
    let isGap = !isThere && instant <= open
    if isGap {
      audit.addToGap(instant, isNew: !isInGap)
    } else if !isThere {
      audit.counts.open += 1
    }
    isInGap = isGap
  }
}

/// A row of the ledger, as far as the audit needs it.
public struct LedgerEntry: Sendable, Hashable {
  public let dueAt: Instant
  public let outcome: FireOutcome

  public init(dueAt: Instant, outcome: FireOutcome) {
    self.dueAt = dueAt
    self.outcome = outcome
  }
}
