import Database
import Model
import Store
import TestSupport
import Testing

/// Lists by what the life of executions adds to them.
@Suite struct LifeListTests {
  @Test(arguments: Engine.all)
  func `RUN-21 a job's list has executions that ran it as a reference only when it is asked for`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      _ = try await fixture.insert(
        ExecutionFixture.draft(10, job: "child"), ExecutionFixture.draft(11, job: "parent"))
      let refer = Statement(
        "INSERT INTO referenced_job (job_id, execution_id) VALUES ($1, $2)",
        [.text("child"), .integer(11)])
      _ = try await fixture.rows(ExecutionWrite(refer))
      for ends in [false, true] {
        if ends {
          for number in [Int64(10), 11] {
            let owner = Ownership(
              execution: ExecutionID(number), term: ExecutionFixture.term, epoch: Epoch(1))
            _ = try await fixture.rows(
              .end(.succeeded, reason: nil, at: Instant(microseconds: 70), by: owner))
          }
          try await fixture.store.foldHistory()
        }
        var query = ExecutionHistoryQuery()
        query.jobIDs = ["child"]
        let own = try await fixture.store.ask.executionHistory.page(query)
        #expect(own.executions.map(\.id.number) == [10] && own.total == 1)
        query.includesReferences = true
        let all = try await fixture.store.ask.executionHistory.page(query)
        #expect(all.executions.map(\.id.number) == [11, 10] && all.total == 2)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `EXE-13 what waits for a later time is in the list of what goes on only when asked for`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      var later = ExecutionFixture.draft(10, job: "j")
      later.status = .scheduled
      _ = try await fixture.insert(later)
      var query = ExecutionHistoryQuery(projects: ["p"])
      query.unfinishedOnly = true
      query.withoutPostponed = true
      let history = fixture.store.ask.executionHistory
      let going = try await history.page(query)
      #expect(going.executions.map(\.id) == [ExecutionFixture.owner.execution])
      #expect(going.total == 1)
      query.withoutPostponed = false
      #expect(try await history.page(query).total == 2)
    }
  }

  @Test(arguments: Engine.all)
  func `what is queued for a member and what nobody claimed is read in pages`(on engine: Engine)
    async throws
  {
    try await ExecutionFixture.with(engine) { fixture in
      for number in Int64(10)...14 {
        var draft = ExecutionFixture.draft(number)
        draft.status = .queued
        draft.owner = nil
        draft.decider = ExecutionFixture.term
        draft.chosenMember = ExecutionFixture.term.member
        draft.chosenAt = Instant(microseconds: 1)
        _ = try await fixture.insert(draft)
      }
      let executions = fixture.executions
      let member = ExecutionFixture.term.member
      let first = try await executions.queued(for: member, limit: 3).map(\.id)
      #expect(first.map(\.number) == [10, 11, 12])
      let rest = try await executions.queued(for: member, after: first.last, limit: 3)
      #expect(rest.map(\.id.number) == [13, 14])
      let at = Instant(microseconds: 5)
      let late = try await executions.unclaimed(chosenBefore: at, after: first.last, limit: 1)
      #expect(late.map(\.id.number) == [13])
    }
  }
}
