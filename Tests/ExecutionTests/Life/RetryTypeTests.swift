import Model
import Store
import Testing

@testable import Execution

@Suite struct RetryTypeTests {
  private func next(of dueAt: Instant?, delay: Int64) throws -> ExecutionRecord {
    var run = try CarriedRun(Job(name: "j", workflow: Workflow(steps: [WorkflowStep(.exec("x"))])))
    run.execution.record.dueAt = dueAt
    let later = CarriedRun.instant.advanced(by: .seconds(9))
    let draft = try run.execution.retry(
      RetryWish(attempt: 1, count: 2, delay: delay), as: ExecutionID(8),
      by: CarriedRun.owner.term, sealer: CarriedRun.sealer, at: later, later)
    return try draft.record()
  }

  @Test func `a schedule's execution is tried again as one, anybody's as his own`() throws {
    let scheduled = try next(of: CarriedRun.instant, delay: 0)
    #expect(scheduled.runType == .scheduled && scheduled.status == .queued)
    #expect(try next(of: nil, delay: 0).runType == .user)
    #expect(try next(of: nil, delay: 3).runType == .userScheduled)
  }
}
