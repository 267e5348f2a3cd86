import Model
import Store
import TestSupport
import Testing

@Suite struct LogChunkIngestTests {
  @Test(arguments: Engine.all)
  func `a spool is advanced once, by whoever names its stored offset`(
    on engine: Engine
  ) async throws {
    try await LogChunkFixture.with(engine) { fixture in
      let logs = fixture.store.ask.logs
      let advance = try await fixture.advance(1, to: 48, chunks: [40])
      #expect(try await logs.ingest([advance]) == [true])
      let other = try await fixture.advance(2, to: 18, chunks: [10])
      #expect(try await logs.ingest([advance, other]) == [false, true])
      #expect(try await fixture.target(1).stored == 48)
      #expect(try await logs.extent(of: fixture.execution).size == 50)
    }
  }

  @Test(arguments: Engine.all)
  func `starts and ends reach the assignment, and the first outcome stays`(
    on engine: Engine
  ) async throws {
    try await LogChunkFixture.with(engine) { fixture in
      let logs = fixture.store.ask.logs
      var advance = try await fixture.advance(1, to: 30)
      advance.startedAt = Instant(microseconds: 5)
      _ = try await logs.ingest([advance])
      let running = try await fixture.store.ask.assignments.find(AssignmentID(1))
      #expect(running?.state == .running && running?.startedAt == Instant(microseconds: 5))
      advance = try await fixture.advance(1, to: 40)
      advance.outcome = .exited(code: 3)
      advance.endedAt = Instant(microseconds: 6)
      _ = try await logs.ingest([advance])
      advance = try await fixture.advance(1, to: 50, chunks: [4])
      advance.outcome = .lost(reason: "late")
      advance.endedAt = Instant(microseconds: 7)
      #expect(try await logs.ingest([advance]) == [true])
      let ended = try await fixture.store.ask.assignments.find(AssignmentID(1))
      #expect(ended?.state == .ended && ended?.outcome == .exited(code: 3))
      #expect(ended?.endedAt == Instant(microseconds: 6) && ended?.spoolOffset == 50)
    }
  }

  @Test(arguments: Engine.all)
  func `targets tell the execution's epoch and leave out the unknown`(
    on engine: Engine
  ) async throws {
    try await LogChunkFixture.with(engine) { fixture in
      let ids = [1, 2, 3, 4, 5].map { AssignmentID($0) }
      let found = try await fixture.store.ask.logs.targets(ids)
      #expect(Set(found.keys) == [AssignmentID(1), AssignmentID(2)])
      let target = found[AssignmentID(2)]
      #expect(target?.epoch == Epoch(2) && target?.agent == fixture.agent)
      #expect(target?.ended == false && target?.stored == 0)
    }
  }

  @Test(arguments: Engine.all)
  func `two members that store the same piece store it once`(on engine: Engine) async throws {
    try await LogChunkFixture.with(engine) { fixture in
      let logs = fixture.store.ask.logs
      let advance = try await fixture.advance(1, to: 48, chunks: [40])
      let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 { group.addTask { try await logs.ingest([advance]) == [true] } }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(taken == 1)
      #expect(try await logs.extent(of: fixture.execution).size == 40)
    }
  }
}
