public import Model
import Schedule
public import Store

/// Expands schedules over a period and compares them with the ledger, page by page.
public struct LedgerAuditor: Sendable {
  private let store: Store

  /// An auditor of that store.
  public init(store: Store) { self.store = store }

  /// From how many instants on a job is gone through in stretches of its own.
  private static let fewInstants = 100
  /// The most instants of one stretch.
  private static let stretch = 2_000

  /// Audits the instants in (from, through] of these jobs, of a project's, or of all, deleted ones too. An
  /// instant of the last ten seconds before `now` (the database's time unless given) is open.
  public func audit(
    project: String? = nil, jobs: [JobID]? = nil, from: Instant, through: Instant,
    now: Instant? = nil
  ) async throws(StoreError) -> LedgerAudit {
    let present: Instant
    if let now { present = now } else { present = try await store.now() }
    var audit = LedgerAudit(
      from: from, through: min(through, present), now: present,
      keptFrom: try await store.ledgerKeptFrom())
    guard audit.from < audit.through else { return audit }
    if let jobs {
      try await add(Array(Set(jobs)), project, to: &audit)
    } else {
      try await addAll(of: project, to: &audit)
    }
    return audit
  }

  private func addAll(
    of project: String?, to audit: inout LedgerAudit
  ) async throws(StoreError) {
    var last: ScheduleVersion?
    var seen: JobID?
    repeat {
      let page = try await store.ask.schedules.versions(
        in: project, from: audit.from, through: audit.through, after: last, limit: 500)
      var jobs: [JobID] = []
      for version in page where version.job != seen {
        seen = version.job
        jobs.append(version.job)
      }
      try await add(jobs, nil, to: &audit)
      last = page.last
    } while last != nil
  }

  private func add(
    _ jobs: [JobID], _ project: String?, to audit: inout LedgerAudit
  ) async throws(StoreError) {
    guard !jobs.isEmpty else { return }
    let expected = try await expected(of: jobs, &audit)
    let shared = try await store.ask.fires.sharedInstants(
      of: jobs, after: audit.from, through: audit.through)
    var few: [JobID: [ExpectedInstant]] = [:]
    for (job, instants) in expected.sorted(by: { $0.key.text < $1.key.text }) {
      if let project, !instants.spans.contains(where: { $0.project == project }) { continue }
      let first = instants.first(
        Self.fewInstants + 1, after: audit.from, through: audit.through)
      if first.count <= Self.fewInstants {
        few[job] = first
      } else {
        audit.add(try await compare(job, instants, shared[job] ?? [], audit))
      }
    }
    try await addTogether(few, shared, to: &audit)
  }

  /// What is expected of the jobs. Rules that cannot be read are named in the audit.
  private func expected(
    of jobs: [JobID], _ audit: inout LedgerAudit
  ) async throws(StoreError) -> [JobID: ExpectedInstants] {
    let versions = try await store.ask.schedules.versions(
      of: jobs, from: audit.from, through: audit.through)
    var spans: [JobID: [ScheduleSpan]] = [:]
    for version in versions {
      let reading = ScheduleSpan.read(version)
      spans[version.job, default: []].append(reading.span)
      if let problem = reading.problem {
        audit.unreadable.append(
          UnreadableRule(
            job: version.job, version: version.version, problem: problem.description))
      }
    }
    return spans.mapValues { ExpectedInstants($0) }
  }

  /// Jobs with few instants, whose rows are read together.
  private func addTogether(
    _ few: [JobID: [ExpectedInstant]], _ shared: [JobID: [FiredExecution]],
    to audit: inout LedgerAudit
  ) async throws(StoreError) {
    let rows = try await store.ask.fires.of(
      Array(few.keys), from: audit.from, through: audit.through)
    let entries = Dictionary(grouping: rows, by: \.job)
    for (job, expected) in few.sorted(by: { $0.key.text < $1.key.text }) {
      var comparison = LedgerComparison(job: job)
      comparison.compare(
        expected: expected, rows: (entries[job] ?? []).map(LedgerEntry.init), open: audit.open)
      comparison.compare(executions: shared[job] ?? [])
      audit.add(comparison.audit)
    }
  }

  /// A job with many instants, stretch by stretch.
  private func compare(
    _ job: JobID, _ instants: ExpectedInstants, _ shared: [FiredExecution], _ audit: LedgerAudit
  ) async throws(StoreError) -> JobAudit {
    var comparison = LedgerComparison(job: job)
    var position = audit.from
    while position < audit.through {
      let expected = instants.first(Self.stretch, after: position, through: audit.through)
      let end = expected.count < Self.stretch ? audit.through : expected[Self.stretch - 1].instant
      let rows = try await store.ask.fires.of(job, from: position, through: end)
      comparison.compare(
        expected: expected, rows: rows.map(LedgerEntry.init), open: audit.open)
      position = end
    }
    comparison.compare(executions: shared)
    return comparison.audit
  }
}

extension LedgerEntry {
  init(_ record: FireRecord) { self.init(dueAt: record.dueAt, outcome: record.outcome) }
}
