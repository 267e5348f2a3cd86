import Model
import Store
import TestSupport
import Testing

/// How many executions of a job go on, counted by the store.
@Suite struct JobRoomTests {
  private static let at = Instant(microseconds: 50)

  private static func draft(_ number: Int64, limit: Int64?, inLine: Bool = false) -> ExecutionDraft
  {
    var draft = ExecutionFixture.draft(number, job: "j")
    draft.runLimit = limit
    draft.isInLine = inLine
    return draft
  }

  private static func decision(_ term: Term) -> RemoteExecutionDecision {
    RemoteExecutionDecision(
      policy: "None", candidates: [term.member], chosen: term.member, reason: "test")
  }

  @Test(arguments: Engine.all)
  func `as many executions go on as may, and those that wait or are due later take no room`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      #expect(
        try await fixture.insert(
          Self.draft(10, limit: 2), Self.draft(11, limit: 2), Self.draft(12, limit: 2),
          Self.draft(13, limit: 3), Self.draft(14, limit: nil)) == [1, 1, 0, 1, 1])
      var later = Self.draft(15, limit: 1)
      later.status = .scheduled
      #expect(try await fixture.insert(later, Self.draft(16, limit: 5)) == [1, 1])
      let waiting = Self.draft(17, limit: 5).waiting(for: .turn)
      let writes = [
        try ExecutionWrite.insert(waiting, .whenFull(waitingBelow: 1)),
        try .insert(Self.draft(18, limit: 5).waiting(for: .turn), .whenFull(waitingBelow: 1)),
        try .insert(Self.draft(19, limit: 6)),
        try .insert(Self.draft(20, limit: 9, inLine: true)),
      ]
      #expect(try await fixture.store.commit(writes).map(\.rows) == [1, 0, 1, 0])
      let found = try await fixture.executions.find(waiting.id)
      var expected = try waiting.record()
      expected.chosenAt = found?.chosenAt
      #expect(found == expected && expected.chosenAt! > Self.at)
      #expect(found?.waitsFor == .turn && found?.owner == nil)
      #expect(try await fixture.executions.unclaimed(chosenBefore: Self.at).isEmpty)
    }
  }

  @Test(arguments: Engine.all)
  func `the one that waits longest is let in when there is room, by one of two that try`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      _ = try await fixture.insert(Self.draft(10, limit: 1))
      let writes = try (11...12).map {
        try ExecutionWrite.insert(
          Self.draft($0, limit: 1).waiting(for: .turn), .whenFull(waitingBelow: 9))
      }
      #expect(try await fixture.store.commit(writes).map(\.rows) == [1, 1])
      let term = ExecutionFixture.term
      let admit = try ExecutionWrite.admit(
        firstOf: JobID("j"), to: term.member, decision: Self.decision(term), by: term)
      #expect(try await fixture.rows(admit) == [0])
      let line = try #require(try await fixture.executions.lines().first)
      #expect(line.first == ExecutionID(11) && !line.hasRoom && line.obstacle == .jobGone)
      let owner = Ownership(execution: ExecutionID(10), term: term, epoch: Epoch(1))
      #expect(
        try await fixture.rows(.end(.succeeded, reason: nil, at: Self.at, by: owner)) == [1])
      #expect(try await fixture.executions.lines(of: JobID("j")).first?.hasRoom == true)
      let answers = try await fixture.store.commit([.lock(job: JobID("j")), admit, admit])
      #expect(answers[1].number == 11 && answers[2].rows == 0)
      #expect(try await fixture.executions.queued(for: term.member).map(\.id.number) == [11])
      #expect(try await fixture.executions.running(of: JobID("j")) == ExecutionID(11))
    }
  }

  @Test(arguments: Engine.all)
  func `a replacement ends what waits before it and asks the oldest that go on to end`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      _ = try await fixture.insert(Self.draft(10, limit: 2), Self.draft(11, limit: 2))
      let writes = try (12...13).map {
        try ExecutionWrite.insert(
          Self.draft($0, limit: 2).waiting(for: .replacement), .whenFull(waitingBelow: 9))
      }
      #expect(try await fixture.store.commit(writes).map(\.rows) == [1, 1])
      let (job, term) = (JobID("j"), ExecutionFixture.term)
      let replacement = ExecutionID(13)
      let rows = try await fixture.rows(
        .supersede(before: replacement, of: job, reason: "r", at: Self.at, by: term),
        .requestAborts(for: replacement, of: job, at: Self.at, by: term),
        .requestAborts(for: replacement, of: job, at: Self.at, by: term))
      #expect(rows == [1, 1, 0])
      #expect(try await fixture.executions.find(ExecutionID(12))?.status == .aborted)
      #expect(try await fixture.executions.ending(of: job) == [ExecutionID(10)])
    }
  }

  @Test(arguments: Engine.all)
  func `a reference takes room of its job until it is released or its execution ends`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      let (store, owner, key) = (fixture.store, ExecutionFixture.owner, ExecutionFixture.key)
      let room = JobRoom(JobID("j"), limit: 1)
      _ = try await fixture.insert(ExecutionFixture.draft(8, job: "parent"))
      let other = Ownership(execution: ExecutionID(8), term: owner.term, epoch: Epoch(1))
      #expect(try await store.hold(room, at: key, for: owner) == .held)
      #expect(try await store.hold(room, at: key, for: owner) == .held)
      // Of one execution several references are one.
      let second = StepKey(step: "2", node: "host")
      #expect(try await store.hold(room, at: second, for: owner) == .held)
      #expect(try await store.hold(room, at: key, for: other) == .full(owner.execution))
      #expect(
        try await store.hold(room, at: key, for: ExecutionFixture.strangers[0]) == .lost)
      #expect(try await fixture.insert(Self.draft(20, limit: 1)) == [0])
      #expect(
        try await fixture.rows(
          .release(room.job, at: key, by: owner), .release(room.job, at: second, by: owner))
          == [1, 1])
      #expect(try await store.hold(room, at: key, for: other) == .held)
      #expect(
        try await fixture.rows(.end(.failed, reason: nil, at: Self.at, by: other)) == [1])
      #expect(try await fixture.insert(Self.draft(21, limit: 1)) == [1])
      #expect(
        try await store.hold(room, at: key, for: owner) == .full(ExecutionID(21)))
    }
  }

  @Test(arguments: Engine.all)
  func `a next try is inserted with the end of the one before, or not at all`(on engine: Engine)
    async throws
  {
    try await ExecutionFixture.with(engine) { fixture in
      let (owner, term) = (ExecutionFixture.owner, ExecutionFixture.term)
      var next = ExecutionFixture.draft(30, job: "j")
      next.retry = RetryLink(attempt: 1, previous: owner.execution, original: owner.execution)
      next.status = .queued
      next.owner = nil
      next.decider = term
      #expect(try await fixture.insert(next) == [0])
      let stranger = ExecutionWrite.end(
        .failedWithRetry, reason: nil, at: Self.at, retriedAs: next.id,
        by: ExecutionFixture.strangers[1])
      let end = ExecutionWrite.end(
        .failedWithRetry, reason: nil, at: Self.at, retriedAs: next.id, by: owner)
      let insert = try ExecutionWrite.insert(next)
      #expect(
        try await fixture.rows(stranger, insert, end, insert, end, insert) == [0, 0, 1, 1, 1, 0])
      let record = try await fixture.executions.find(next.id)
      #expect(record?.retryAttempt == 1 && record?.retryOriginal == owner.execution)
      #expect(try await fixture.executions.find(owner.execution)?.retriedAs == next.id)
    }
  }

  @Test(arguments: Engine.all)
  func `nothing is launched for a project that is closed for its deletion, until it is opened`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      let projects = fixture.store.ask.projects
      #expect(try await projects.close("p") == .busy([ExecutionFixture.owner.execution]))
      _ = try await fixture.rows(
        .end(.succeeded, reason: nil, at: Self.at, by: ExecutionFixture.owner))
      #expect(try await projects.close("p") == .deleted)
      #expect(try await fixture.insert(ExecutionFixture.draft(40)) == [0])
      try await projects.open("p")
      #expect(try await fixture.insert(ExecutionFixture.draft(40)) == [1])
      #expect(try await projects.close("gone") == .missing)
      // Who closed it and died keeps nobody out for ever.
      try await fixture.store.ask.run("UPDATE project SET removal_at = 1")
      #expect(try await fixture.insert(ExecutionFixture.draft(41)) == [1])
    }
  }
}
