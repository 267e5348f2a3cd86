import Cluster
import Logging
import Model
import Store
import TestSupport
import Testing

@testable import Scheduler

@Suite struct LedgerRetentionTests {
  private static let first = MemberID("11111111-1111-4111-8111-111111111111")
  private static let second = MemberID("22222222-2222-4222-8222-222222222222")

  /// A store with two members and a decision, and the retention of one of them under a clock that the test moves.
  private func retaining(
    _ member: MemberID, at age: Duration, _ engine: Engine,
    _ body: (Store, ManualClock) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      for id in [Self.first, Self.second] {
        _ = try await store.ask.members.register(
          MemberFacts(id: id, name: "m", url: "u", version: "v", hostname: "h"), after: nil)
      }
      try await store.ask.decisions.add(
        Decision(kind: .drain, member: Self.first, reason: "r"))
      let clock = ManualClock()
      let now = try await store.now().advanced(by: age)
      // Alive at the first look and silent at the second.
      try await store.ask.run(
        "UPDATE member SET heartbeat_at = $1",
        [.integer(now.advanced(by: LedgerRetention.first).microseconds)])
      let retention = LedgerRetention(
        store: store, terms: .fixed(Term(member: member, incarnation: 1)),
        time: .following(clock, from: now), keep: .seconds(3_600), clock: MonotonicTime(clock),
        logger: Logger(label: "test"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await retention.run() }
        await clock.sleepers()
        try await body(store, clock)
        group.cancelAll()
      }
    }
  }

  private func expectDecisions(
    _ count: Int, in store: Store, _ place: SourceLocation = #_sourceLocation
  ) async throws {
    let found = try await store.ask.decisions.list(DecisionQuery())
    #expect(found.count == count, sourceLocation: place)
  }

  @Test(arguments: Engine.all)
  func `the first member deletes what is older than it is to be kept`(
    on engine: Engine
  ) async throws {
    try await retaining(Self.first, at: .seconds(7_200), engine) { store, clock in
      try await expectDecisions(1, in: store)
      clock.advance(by: LedgerRetention.first - .seconds(1))
      try await expectDecisions(1, in: store)
      clock.advance(by: .seconds(1))
      await clock.sleepers()
      try await expectDecisions(0, in: store)
    }
  }

  @Test func `what is younger stays until it is old`() async throws {
    try await retaining(Self.first, at: .seconds(120), .sqlite) { store, clock in
      clock.advance(by: LedgerRetention.first)
      await clock.sleepers()
      try await expectDecisions(1, in: store)
      try await store.ask.run("UPDATE member SET heartbeat_at = heartbeat_at + 3600000000")
      clock.advance(by: LedgerRetention.interval)
      await clock.sleepers()
      try await expectDecisions(0, in: store)
    }
  }

  @Test func `another member leaves it to the first, until that one is silent`() async throws {
    try await retaining(Self.second, at: .seconds(7_200), .sqlite) { store, clock in
      clock.advance(by: LedgerRetention.first)
      await clock.sleepers()
      try await expectDecisions(1, in: store)
      clock.advance(by: LedgerRetention.interval)
      await clock.sleepers()
      try await expectDecisions(0, in: store)
    }
  }
}
