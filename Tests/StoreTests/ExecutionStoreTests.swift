import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct ExecutionStoreTests {
  private static let at = Instant(microseconds: 99)

  @Test(arguments: Engine.all) func `an execution is read back as it was written`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      let draft = ExecutionFixture.draft(8, job: "j")
      try await fixture.executions.insert(draft)
      let found = try #require(try await fixture.executions.find(ExecutionID(8)))
      let written = try draft.record()
      #expect(found == written)
      let plan = try found.plan()
      #expect(plan == ExecutionFixture.plan)
      #expect(found.owner == ExecutionFixture.term && found.sealedOptions == [0, 255, 1])
      #expect(try await fixture.executions.exists(ExecutionID(8)) == true)
      #expect(try await fixture.executions.find(ExecutionID(9)) == nil)
    }
  }

  @Test(arguments: Engine.all) func `a repeated insertion and one without a project write nothing`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      var other = ExecutionFixture.draft(7)
      other.user = "eve"
      let rows = try await fixture.insert(other)
      #expect(rows == [0])
      #expect(try await fixture.executions.find(ExecutionID(7))?.user == "admin")
      other = ExecutionFixture.draft(8)
      other.project = "none"
      #expect(try await fixture.insert(other) == [0])
      await #expect(throws: StoreError.notFound(kind: "project", key: "none")) {
        try await fixture.executions.insert(other)
      }
    }
  }

  @Test(arguments: Engine.all) func `an exclusive execution is inserted when no other runs`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      try await fixture.executions.insert(ExecutionFixture.draft(8, job: "j"))
      let next = ExecutionFixture.draft(9, job: "j", isExclusive: true)
      let of = ExecutionFixture.draft(10, job: "k", isExclusive: true)
      #expect(try await fixture.insert(next, of) == [0, 1])
      #expect(try await fixture.executions.running(of: JobID("j")) == ExecutionID(8))
      let owner = Ownership(
        execution: ExecutionID(8), term: ExecutionFixture.term, epoch: Epoch(1))
      let end = ExecutionWrite.end(.succeeded, reason: nil, at: Self.at, by: owner)
      #expect(try await fixture.rows(end) == [1])
      #expect(try await fixture.insert(next) == [1])
    }
  }

  @Test(arguments: Engine.all) func `nobody but the owner writes`(on engine: Engine) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      try await fixture.assign(1)
      let before = try await fixture.executions.find(ExecutionID(7))
      let assignment = try await fixture.assignments.find(AssignmentID(1))
      let state = StepStateRecord(key: ExecutionFixture.key, state: .running, updatedAt: Self.at)
      let draft = AssignmentDraft(
        id: AssignmentID(2), key: StepKey(step: "2", node: "host"), agent: AgentID("a"),
        specification: [], createdAt: Self.at)
      for owner in ExecutionFixture.strangers {
        let rows = try await fixture.rows(
          .lock(owner), .put(state, by: owner), .assign(draft, by: owner),
          .withdraw(AssignmentID(1), outcome: .killed, at: Self.at, by: owner),
          .lose(AssignmentID(1), outcome: .killed, at: Self.at, by: owner),
          .requestAbort(by: "eve", at: Self.at, of: owner), .requestKills(at: Self.at, by: owner),
          .closeStates(reason: "r", at: Self.at, by: owner), .raiseEpoch(by: owner),
          .adopt(from: owner, by: ExecutionFixture.term),
          .end(.failed, reason: nil, at: Self.at, by: owner))
        #expect(rows == Array(repeating: 0, count: 11))
      }
      #expect(try await fixture.executions.find(ExecutionID(7)) == before)
      #expect(try await fixture.assignments.find(AssignmentID(1)) == assignment)
      #expect(try await fixture.store.ask.stepStates.rows(of: ExecutionID(7)).isEmpty)
      #expect(try await fixture.rows(.lock(ExecutionFixture.owner)) == [1])
    }
  }

  @Test(arguments: Engine.all)
  func `an adoption fences the former owner and reaches open assignments`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      try await fixture.assign(1)
      let heir = Ownership(
        execution: ExecutionID(7), term: Term(member: MemberID("n"), incarnation: 4),
        epoch: Epoch(2))
      let owner = ExecutionFixture.owner
      let members = fixture.store.ask.members
      for known in 0..<4 as Range<Int64> {
        _ = try await members.register(ExecutionFixture.facts("n"), after: known)
      }
      #expect(
        try await fixture.rows(
          .adopt(from: owner, by: heir.term), .raiseEpoch(by: heir), .lock(owner), .lock(heir))
          == [1, 1, 0, 1])
      #expect(try await fixture.assignments.find(AssignmentID(1))?.epoch == Epoch(2))
      #expect(try await fixture.executions.unfinished(of: MemberID("n")) == [heir])
      #expect(try await fixture.executions.unfinished(of: MemberID("m")).isEmpty)
      #expect(
        try await fixture.rows(
          .end(.aborted, reason: "why", at: Self.at, by: heir), .adopt(from: heir, by: owner.term))
          == [1, 0])
      let ended = try await fixture.executions.find(ExecutionID(7))
      #expect(ended?.status == .aborted && ended?.endReason == "why" && ended?.endedAt == Self.at)
      #expect(try await fixture.executions.unfinished(of: MemberID("n")).isEmpty)
    }
  }

  @Test(arguments: Engine.all) func `who asked first for the end is who asked`(on engine: Engine)
    async throws
  {
    try await ExecutionFixture.with(engine) { fixture in
      let owner = ExecutionFixture.owner
      _ = try await fixture.rows(
        .requestAbort(by: "eve", at: Self.at, of: owner),
        .requestAbort(by: "adam", at: Instant(microseconds: 100), of: owner))
      let found = try await fixture.executions.find(ExecutionID(7))
      #expect(found?.abortRequestedBy == "eve" && found?.abortRequestedAt == Self.at)
    }
  }

  @Test(arguments: Engine.all) func `numbers are given out once, also in blocks`(on engine: Engine)
    async throws
  {
    try await ExecutionFixture.with(engine) { fixture in
      #expect(try await fixture.executions.takeNumber() == ExecutionID(1))
      let answers = try await fixture.store.commit([
        .take(16, of: .executions), .take(3, of: .assignments), .take(2, of: .executions),
      ])
      #expect(answers.map(\.number) == [17, 3, 19])
    }
  }

  @Test(arguments: Engine.all) func `only an ended execution is deleted, with all that is its own`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      try await fixture.assign(1)
      let removal = ExecutionRemoval(store: fixture.store)
      #expect(try await removal.remove([ExecutionID(7)]).isEmpty)
      _ = try await fixture.rows(
        .end(.succeeded, reason: nil, at: Self.at, by: ExecutionFixture.owner))
      #expect(try await removal.remove([ExecutionID(7)]) == [ExecutionID(7)])
      #expect(try await fixture.assignments.find(AssignmentID(1)) == nil)
    }
  }

  @Test(arguments: Engine.all) func `a commit whose write fails has written nothing`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      let orphan = ExecutionWrite(
        Statement(
          "INSERT INTO step_state (execution_id, step, node, state, updated_at) VALUES (99, '1', 'n', 'x', 1)"
        ))
      let error = await #expect(throws: StoreError.self) {
        try await fixture.store.commit([
          .end(.failed, reason: nil, at: Self.at, by: ExecutionFixture.owner), orphan,
        ])
      }
      #expect(error?.mayPassInCommit == false)
      let found = try await fixture.executions.find(ExecutionID(7))
      #expect(found?.status == .running)
    }
  }
}
