import Model
import Testing

@testable import Scheduler

@Suite struct FireDeciderTests {
  @Test func `a due instant is launched when nothing speaks against it`() {
    #expect(FireDecider.verdict(for: "p", facts: FireFacts()) == .launch)
  }

  @Test func `the switches of another project change nothing`() {
    let facts = FireFacts(schedulesDisabled: ["q"], executionsDisabled: ["q"])
    #expect(FireDecider.verdict(for: "p", facts: facts) == .launch)
  }

  @Test func `of several reasons the widest is named`() {
    var facts = FireFacts(
      mode: .passive, isDraining: true, schedulesDisabled: ["p"], executionsDisabled: ["p"])
    func verdict() -> FireDecider.Verdict {
      FireDecider.verdict(for: "p", executionEnabled: false, facts: facts)
    }
    #expect(verdict() == .skip(.draining))
    facts.isDraining = false
    #expect(verdict() == .skip(.passive))
    facts.mode = .active
    #expect(verdict() == .skip(.projectScheduleDisabled))
    facts.schedulesDisabled = []
    #expect(verdict() == .skip(.projectExecutionsDisabled))
    facts.executionsDisabled = []
    #expect(verdict() == .skip(.executionDisabled))
  }
}

@Suite struct CatchUpBudgetTests {
  @Test func `a second's worth is granted at once, then as much as time brings`() {
    var budget = CatchUpBudget(rate: 10, at: .at(0))
    #expect(budget.take(25, at: .at(0)) == 10)
    #expect(budget.take(25, at: .at(0)) == 0)
    #expect(budget.wait > .zero && budget.wait <= .milliseconds(101))
    #expect(budget.take(25, at: Instant.at(0).advanced(by: .milliseconds(500))) == 5)
    #expect(budget.take(3, at: .at(100)) == 3)
    #expect(budget.take(25, at: .at(100)) == 7)
  }

  @Test func `a clock that stands still or was set back grants nothing more`() {
    var budget = CatchUpBudget(rate: 10, at: .at(50))
    #expect(budget.take(10, at: .at(50)) == 10)
    #expect(budget.take(1, at: .at(10)) == 0)
    #expect(budget.take(1, at: .at(50)) == 0)
  }
}

@Suite struct DoubtPauseTests {
  @Test func `the pause doubles while doubts remain, and begins anew after a quiet time`() {
    var pause = DoubtPause(first: .seconds(1), longest: .seconds(3))
    #expect(isOver(&pause, 0) == false)
    #expect(pause.rest(at: .seconds(0)) == .seconds(1))
    let answers = [1, 1, 2, 3, 4, 6, 7].map { isOver(&pause, $0) }
    #expect(answers == [true, false, true, false, true, false, true])
    let later = [20, 20, 21, 22].map { isOver(&pause, $0) }
    #expect(later == [false, false, true, true])
  }

  private func isOver(_ pause: inout DoubtPause, _ second: Int) -> Bool {
    pause.isOver(hasDoubts: true, at: .seconds(second))
  }
}

@Suite struct OutstandingTests {
  @Test func `a job is answered up to right before its first open instant`() {
    var outstanding = Outstanding()
    let job = JobID("j")
    #expect(outstanding.answered(job, handed: .at(9)) == .at(9))
    outstanding.add(job, .at(5))
    outstanding.add(job, .at(5))
    outstanding.add(job, .at(7))
    #expect(outstanding.count == 2)
    #expect(
      outstanding.answered(job, handed: .at(9)).microseconds == Instant.at(5).microseconds - 1)
    let isRemoved = [outstanding.remove(job, .at(5)), outstanding.remove(job, .at(5))]
    #expect(isRemoved == [true, false])
    #expect(
      outstanding.answered(job, handed: .at(9)).microseconds == Instant.at(7).microseconds - 1)
    outstanding.remove(job, .at(7))
    #expect(outstanding.isEmpty)
  }
}

@Suite struct BacklogTests {
  @Test func `a job with more to come waits behind the others`() throws {
    var backlog = Backlog()
    for name in ["a", "b", "a", "c"] { backlog.add(JobID(name)) }
    #expect(backlog.count == 3)
    #expect(backlog.take(2).map(\.job.text) == ["a", "b"])
    backlog.putBack(
      SettlementCursor(
        job: JobID("a"), expected: ExpectedInstants([]), after: .at(0), through: .at(1),
        policy: CatchUpPolicy(), now: .at(1), patience: .zero))
    backlog.finish(JobID("b"))
    let rest = backlog.take(5)
    #expect(rest.map(\.job.text) == ["c", "a"])
    #expect(rest.map { $0.cursor == nil } == [true, false])
    let none = backlog.take(5)
    #expect(none.isEmpty)
    #expect(backlog.contains(JobID("c")) && !backlog.contains(JobID("b")))
  }
}
