import Model
import Store
import TestSupport
import Testing

/// Room that was taken for a reference whose member was lost before it entered the job's workflow, or after.
@Suite struct JobHoldTests {
  private static let room = JobRoom(JobID("j"), limit: 1)
  private static let heir = Ownership(
    execution: ExecutionID(7), term: Term(member: MemberID("n"), incarnation: 1), epoch: Epoch(2))

  /// Takes room for a reference of execution 7, which the other member takes up then, and says what a further
  /// execution gets.
  private func holdOfAnother(
    afterEntering isEntered: Bool, on engine: Engine,
    then body: (ExecutionFixture, Ownership) async throws -> Void
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      let (store, owner, key) = (fixture.store, ExecutionFixture.owner, ExecutionFixture.key)
      _ = try await fixture.insert(ExecutionFixture.draft(8, job: "parent"))
      #expect(try await store.hold(Self.room, at: key, for: owner) == .held)
      if isEntered {
        let record = try NestedWorkflowRecord(
          key: key, jobID: Self.room.job, project: "p",
          job: Job(name: "c", workflow: Workflow(steps: [])),
          options: [:], plan: ExecutionFixture.plan)
        try await store.commit(try ExecutionWrite.enter(record, by: owner))
      }
      _ = try await store.ask.members.register(ExecutionFixture.facts("n"), after: nil)
      let rows = try await fixture.rows(
        .adopt(from: owner, by: Self.heir.term), .raiseEpoch(by: Self.heir))
      #expect(rows.first == 1)
      try await body(
        fixture, Ownership(execution: ExecutionID(8), term: owner.term, epoch: Epoch(1)))
    }
  }

  @Test(arguments: Engine.all)
  func `what a lost member took and never entered is free for others`(on engine: Engine)
    async throws
  {
    try await holdOfAnother(afterEntering: false, on: engine) { fixture, other in
      let (store, key) = (fixture.store, ExecutionFixture.key)
      #expect(try await store.hold(Self.room, at: key, for: other) == .held)
      #expect(try await store.hold(Self.room, at: key, for: Self.heir) == .full(ExecutionID(8)))
      _ = try await fixture.rows(.release(Self.room.job, at: key, by: other))
      #expect(try await store.hold(Self.room, at: key, for: Self.heir) == .held)
      #expect(try await store.hold(Self.room, at: key, for: other) == .full(ExecutionID(7)))
    }
  }

  @Test(arguments: Engine.all)
  func `what was entered counts on, whoever carries the execution`(on engine: Engine) async throws {
    try await holdOfAnother(afterEntering: true, on: engine) { fixture, other in
      let (store, key) = (fixture.store, ExecutionFixture.key)
      let before = try await store.hold(Self.room, at: key, for: other)
      let released = try await fixture.rows(.release(Self.room.job, at: key, by: Self.heir))
      let after = try await store.hold(Self.room, at: key, for: other)
      #expect(before == .full(ExecutionID(7)) && released == [1] && after == .held)
    }
  }
}
