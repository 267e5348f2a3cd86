import Model
import Schedule
import Store
import TestSupport
import Testing

@testable import Scheduler

@Suite struct LedgerAuditorTests {
  private static let member = MemberID("11111111-1111-4111-8111-111111111111")

  private func withLedger(
    _ engine: Engine, _ body: (Store, Term, Instant) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      _ = try await store.ask.members.register(
        MemberFacts(id: Self.member, name: "m", url: "u", version: "v", hostname: "h"), after: nil)
      let rule = JobSchedule(crontab: "* * * ? * * *", timeZone: "UTC")
      let record = try await store.transaction { scope in
        try await scope.schedules.put(
          rule, isEnabled: true, of: JobID("j"), project: "p", owner: Self.member)
      }
      let first = try #require(
        try record?.rule.flatMap { try Schedule($0).next(after: record?.validFrom ?? .at(0)) })
      try await body(store, Term(member: Self.member, incarnation: 1), first)
    }
  }

  @Test(arguments: Engine.all)
  func `gaps, open instants and rows that nothing expects are found in many stretches`(
    on engine: Engine
  ) async throws {
    try await withLedger(engine) { store, term, first in
      let instants = (0..<5_000).map { first.advanced(by: .seconds(Int64($0))) }
      let missing: Set<Int> = [0, 1_999, 2_000, 2_001, 4_990, 4_999]
      let rows = instants.indices.filter { !missing.contains($0) }.map {
        FireRow(
          job: JobID("j"), dueAt: instants[$0], version: 1, project: "p",
          outcome: .missed(.catchUpWindow))
      }
      let half = FireRow(
        job: JobID("j"), dueAt: first.advanced(by: .milliseconds(500)), version: 1, project: "p",
        outcome: .skipped(.passive))
      _ = try await store.ask.fires.record(rows + [half], by: term)

      let end = instants[4_999]
      let audit = try await LedgerAuditor(store: store).audit(
        from: Instant(microseconds: 0), through: end, now: end)
      #expect(audit.jobs == 1)
      #expect(audit.counts.expected == 5_000)
      #expect(audit.counts.open == 2)
      let found = try #require(audit.findings.first)
      #expect(found.gaps.map(\.first) == [instants[0], instants[1_999]])
      #expect(found.gaps.map(\.count) == [1, 3])
      #expect(found.unexpected == [half.dueAt])

      let part = try await LedgerAuditor(store: store).audit(
        jobs: [JobID("j")], from: instants[9], through: instants[50], now: end)
      #expect(part.isClean)
      #expect(part.counts.missed == 41)
      let other = try await LedgerAuditor(store: store).audit(
        project: "q", from: instants[9], through: instants[50], now: end)
      #expect(other.jobs == 0)
    }
  }

  @Test(arguments: Engine.all)
  func `an instant is explained by its row, its version or their absence`(
    on engine: Engine
  ) async throws {
    try await withLedger(engine) { store, term, first in
      let job = JobID("j")
      let row = FireRow(
        job: job, dueAt: first, version: 1, project: "p", outcome: .skipped(.alreadyRunning))
      _ = try await store.ask.fires.record([row], by: term)
      let explainer = FireExplainer(store: store)
      func verdict(
        _ instant: Instant, after seconds: Int64 = 60, of job: JobID = job
      ) async throws -> FireExplanation.Verdict {
        try await explainer.explain(
          job, at: instant, now: first.advanced(by: .seconds(seconds))
        ).verdict
      }
      let next = first.advanced(by: .seconds(1))
      #expect(try await verdict(first) == .skipped)
      #expect(try await verdict(next) == .gap)
      #expect(try await verdict(next, after: 3) == .open)
      #expect(try await verdict(next, after: 0) == .future)
      #expect(try await verdict(first.advanced(by: .milliseconds(300))) == .notDue)
      #expect(try await verdict(first.advanced(by: .seconds(-100))) == .notScheduled)
      #expect(try await verdict(first, of: JobID("x")) == .notScheduled)

      let explanation = try await explainer.explain(job, at: first)
      #expect(explanation.reason.contains("an execution of the job was going on"))
      #expect(explanation.after == next)
      #expect(explanation.owner == Self.member)

      let rule = JobSchedule(crontab: "* * * ? * * *", timeZone: "UTC")
      _ = try await store.transaction { scope in
        try await scope.schedules.put(
          rule, isEnabled: false, of: job, project: "p", owner: Self.member)
      }
      #expect(try await verdict(first.advanced(by: .seconds(90)), after: 99) == .scheduleDisabled)
    }
  }

  @Test(arguments: Engine.all)
  func `what retention has deleted is not a gap: the audit says from when on the ledger is kept`(
    on engine: Engine
  ) async throws {
    try await withLedger(engine) { store, term, first in
      let instants = (0..<20).map { first.advanced(by: .seconds(Int64($0))) }
      let rows = instants.map {
        FireRow(
          job: JobID("j"), dueAt: $0, version: 1, project: "p", outcome: .missed(.catchUpWindow))
      }
      _ = try await store.ask.fires.record(rows, by: term)
      _ = try await store.ask.schedules.advance(
        [ScheduleAdvance(job: JobID("j"), version: 1, until: instants[19])], by: term)
      #expect(try await store.prune(before: instants[10]).fires == 10)
      let (begin, end) = (first.advanced(by: .seconds(-1)), instants[19])
      let auditor = LedgerAuditor(store: store)
      let audit = try await auditor.audit(from: begin, through: end, now: end)
      #expect(audit.isClean && audit.counts.expected == 10)
      #expect(audit.notKeptBefore == instants[10])
      #expect(audit.text.contains("\nnot kept before \(instants[10].iso8601Milliseconds)\n"))
      let early = try await auditor.audit(from: begin, through: instants[5], now: end)
      #expect(early.isClean && early.jobs == 0 && early.notKeptBefore == instants[10])
      let late = try await auditor.audit(from: instants[12], through: end, now: end)
      #expect(late.notKeptBefore == nil)
      let explainer = FireExplainer(store: store)
      let verdict = try await explainer.explain(JobID("j"), at: instants[3], now: end).verdict
      #expect(verdict == .notKept)
    }
  }

  @Test func `the text of an audit names the period, the sums, each finding and the verdict`()
    async throws
  {
    try await withLedger(.sqlite) { store, term, first in
      let rows = [0, 3].map {
        FireRow(
          job: JobID("j"), dueAt: first.advanced(by: .seconds($0)), version: 1, project: "p",
          outcome: .missed(.catchUpWindow))
      }
      _ = try await store.ask.fires.record(rows, by: term)
      let before = first.advanced(by: .seconds(-1))
      let end = first.advanced(by: .seconds(3))
      let now = end.advanced(by: .seconds(60))
      let auditor = LedgerAuditor(store: store)
      let audit = try await auditor.audit(from: before, through: end, now: now)
      let (second, third) = (first.advanced(by: .seconds(1)), first.advanced(by: .seconds(2)))
      #expect(
        audit.text == """
          from \(before.iso8601Milliseconds) to \(end.iso8601Milliseconds)
          jobs 1, expected 4, ran 0, missed 2, skipped 0, open 0, gaps 2
          gap j \(second.iso8601) to \(third.iso8601), instants 2
          findings 2
          """)
      let clean = try await auditor.audit(from: before, through: first, now: now)
      #expect(clean.text.hasSuffix("\nclean"))
    }
  }
}
