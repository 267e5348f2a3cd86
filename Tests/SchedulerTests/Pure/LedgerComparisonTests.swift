import Model
import Store
import Testing

@testable import Scheduler

@Suite struct LedgerComparisonTests {
  private func expected(_ seconds: [Int64]) -> [ExpectedInstant] {
    seconds.map { ExpectedInstant(instant: .at($0), version: 1, project: "p") }
  }

  private func ran(_ seconds: [Int64]) -> [LedgerEntry] {
    seconds.map { LedgerEntry(dueAt: .at($0), outcome: .ran(ExecutionID($0))) }
  }

  @Test func `a ledger with a row for each instant is clean`() {
    var comparison = LedgerComparison(job: JobID("j"))
    let rows = [
      LedgerEntry(dueAt: .at(3), outcome: .missed(.catchUpWindow)),
      LedgerEntry(dueAt: .at(4), outcome: .skipped(.passive)),
    ]
    comparison.compare(expected: expected([1, 2, 3, 4]), rows: ran([1, 2]) + rows, open: .at(90))
    let counts = comparison.audit.counts
    #expect(comparison.audit.isClean)
    #expect([counts.expected, counts.ran, counts.missed, counts.skipped] == [4, 2, 1, 1])
  }

  @Test func `neighbouring gaps are one, also over stretches`() {
    var comparison = LedgerComparison(job: JobID("j"))
    comparison.compare(expected: expected([1, 2, 3]), rows: ran([1]), open: .at(90))
    comparison.compare(expected: expected([4, 5, 6]), rows: ran([5]), open: .at(90))
    let gaps = comparison.audit.gaps
    #expect(gaps.map(\.first) == [.at(2), .at(6)])
    #expect(gaps.map(\.last) == [.at(4), .at(6)])
    #expect(gaps.map(\.count) == [3, 1])
    #expect(comparison.audit.counts.gaps == 4)
  }

  @Test func `young instants are open`() {
    var comparison = LedgerComparison(job: JobID("j"))
    comparison.compare(expected: expected([1, 2, 3, 4]), rows: ran([1, 4]), open: .at(1))
    #expect(comparison.audit.isClean)
    #expect(comparison.audit.counts.open == 2)
  }

  @Test func `a row that no version expects is named`() {
    var comparison = LedgerComparison(job: JobID("j"))
    comparison.compare(expected: expected([2]), rows: ran([3, 1, 2]), open: .at(9))
    #expect(comparison.audit.unexpected == [.at(1), .at(3)])
    #expect(!comparison.audit.isClean)
  }

  @Test func `two executions of one instant are a duplicate, one launched for that time is not`() {
    var comparison = LedgerComparison(job: JobID("j"))
    comparison.compare(executions: [
      FiredExecution(dueAt: .at(1), execution: ExecutionID(8), createdAt: .at(1)),
      FiredExecution(dueAt: .at(1), execution: ExecutionID(7), createdAt: .at(3)),
      FiredExecution(dueAt: .at(2), execution: ExecutionID(9), createdAt: .at(2)),
      FiredExecution(dueAt: .at(2), execution: ExecutionID(5), createdAt: .at(-60)),
    ])
    #expect(
      comparison.audit.duplicates == [
        DuplicateFire(dueAt: .at(1), executions: [ExecutionID(7), ExecutionID(8)])
      ])
  }
}
