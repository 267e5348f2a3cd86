import Model
import Store
import TestSupport
import Testing

@Suite struct StepStateStoreTests {
  private static let second = StepKey(step: "2", node: "host")

  @Test(arguments: Engine.all)
  func `what has no row waits while the execution runs and has not started when it ended`(
    on engine: Engine
  ) async throws {
    try await ExecutionFixture.with(engine) { fixture in
      let states = fixture.store.ask.stepStates
      let failed = StepStateRecord(
        key: ExecutionFixture.key, state: .failed, startedAt: Instant(microseconds: 1),
        updatedAt: Instant(microseconds: 2), endedAt: Instant(microseconds: 2), exitCode: -1,
        reason: "why")
      let waiting = StepStateRecord(
        key: ExecutionFixture.key, state: .waiting, updatedAt: Instant(microseconds: 1))
      _ = try await fixture.rows(
        .put(waiting, by: ExecutionFixture.owner), .put(failed, by: ExecutionFixture.owner))
      let running = try #require(try await fixture.executions.find(ExecutionID(7)))
      let table = try await states.table(of: running)
      #expect(table.first == failed)
      #expect(table.map(\.state) == [.failed, .waiting])
      _ = try await fixture.rows(
        .end(.failed, reason: nil, at: Instant(microseconds: 9), by: ExecutionFixture.owner))
      let ended = try #require(try await fixture.executions.find(ExecutionID(7)))
      let last = try #require(try await states.table(of: ended).last)
      #expect(last.key == Self.second && last.state == .notStarted)
      #expect(last.updatedAt == Instant(microseconds: 9))
    }
  }

  @Test(arguments: Engine.all) func `closing touches only what has not ended`(on engine: Engine)
    async throws
  {
    try await ExecutionFixture.with(engine) { fixture in
      let at = Instant(microseconds: 50)
      let given: [(StepState, StepState)] = [
        (.waiting, .notStarted), (.running, .aborted), (.runningHandler, .aborted),
        (.succeeded, .succeeded), (.failed, .failed), (.notStarted, .notStarted),
      ]
      for (index, pair) in given.enumerated() {
        let state = StepStateRecord(
          key: StepKey(step: "\(index)", node: "host"), state: pair.0,
          updatedAt: Instant(microseconds: 1))
        _ = try await fixture.rows(.put(state, by: ExecutionFixture.owner))
      }
      #expect(
        try await fixture.rows(.closeStates(reason: "why", at: at, by: ExecutionFixture.owner))
          == [3])
      let rows = try await fixture.store.ask.stepStates.rows(of: ExecutionID(7))
        .sorted { $0.key.step < $1.key.step }
      #expect(rows.map(\.state) == given.map(\.1))
      #expect(rows.map(\.reason) == ["why", "why", "why", nil, nil, nil])
      #expect(rows.map(\.endedAt) == [at, at, at, nil, nil, nil])
    }
  }
}
