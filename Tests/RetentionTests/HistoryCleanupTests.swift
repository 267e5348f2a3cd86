import Database
import Model
import Retention
import Store
import TestSupport
import Testing

@Suite struct HistoryCleanupTests {
  /// Midnight of a day, UTC.
  private static let midnight = Instant(microseconds: 20_000 * CleanupRoom.day)
  private static let hour = Duration.seconds(3_600)

  private static func day(_ offset: Int64) -> Instant {
    midnight.advanced(by: .seconds(offset * 86_400))
  }

  /// A project whose clean-ups count from an hour before midnight on.
  private static func prepare(
    _ room: CleanupRoom, _ settings: [String: String]
  ) async throws -> Term {
    let term = try await room.join("a")
    try await room.project(
      "p", settings.merging(["enabled": "true"]) { own, _ in own })
    try await room.cleanup(term, at: midnight.advanced(by: .zero - hour)).look()
    return term
  }

  @Test(arguments: Engine.all)
  func `what is old goes with everything that is its own, and nothing is orphaned`(
    on engine: Engine
  ) async throws {
    try await CleanupRoom.with(engine) { room in
      let term = try await Self.prepare(room, ["retention.days": "2", "retention.minimum": "0"])
      try await room.project("other")
      try await room.add(1...120, to: "p", endedAt: Self.day(-3))
      try await room.add(121...125, to: "p", endedAt: Self.day(-1))
      try await room.add(126...127, to: "p", endedAt: nil)
      try await room.add(128...130, to: "other", endedAt: Self.day(-30))
      let before = Self.midnight.advanced(by: .seconds(-1))
      try await room.cleanup(term, at: before).look()
      #expect(try await room.count("execution") == 130)
      try await room.cleanup(term, at: Self.midnight).look()
      for table in ["execution", "step_state", "assignment", "log_chunk"] {
        #expect(try await room.count(table) == 10, "\(table)")
      }
      #expect(room.storage.objects == Set((121...130).map { ExecutionID($0) }))
      #expect(try await room.orphans() == [:])
      #expect(try await room.count("fire") == 130)
      #expect(try await room.count("decision", where: "kind = 'adoption'") == 130)
      let decisions = try await room.store.ask.decisions.list(DecisionQuery(kinds: [.cleanup]))
      #expect(decisions.count == 1)
      #expect(decisions[0].decision.project == "p" && decisions[0].decision.member == term.member)
      #expect(decisions[0].decision.reason.hasPrefix("120 executions were deleted"))
      #expect(
        try await room.store.ask.executionHistory.page(ExecutionHistoryQuery()).total == 10)
    }
  }

  @Test(arguments: Engine.all)
  func `a run happens once for its instant, and the next one goes on`(on engine: Engine)
    async throws
  {
    try await CleanupRoom.with(engine) { room in
      let term = try await Self.prepare(room, ["batch": "30", "retention.minimum": "25"])
      try await room.add(1...100, to: "p", endedAt: Self.day(-70))
      for _ in 0..<2 { try await room.cleanup(term, at: Self.day(1)).look() }
      #expect(try await room.count("execution") == 70)
      let oldest = try await room.store.ask.run("SELECT MIN(id) AS id FROM execution").rows[0]
      #expect(try oldest.int("id") == 31)
      try await room.cleanup(term, at: Self.day(2)).look()
      try await room.cleanup(term, at: Self.day(9)).look()
      #expect(try await room.count("execution") == 25)
      #expect(try await room.count("decision", where: "kind = 'cleanup'") == 3)
    }
  }

  @Test(arguments: Engine.all)
  func `a run of a member that died is finished by another one, to the same number`(
    on engine: Engine
  ) async throws {
    try await CleanupRoom.with(engine) { room in
      let dead = try await Self.prepare(room, ["batch": "50", "retention.minimum": "0"])
      let heir = try await room.join("b")
      try await room.add(1...80, to: "p", endedAt: Self.day(-70))
      let run = try #require(
        try await room.store.ask.cleanups.claim("p", dueAt: Self.midnight, by: dead))
      #expect(run.remaining == nil && run.deleted == 0)
      try await room.store.transaction { scope in
        let old = try await scope.removable(of: "p", before: Self.midnight, limit: 20)
        let marked = try await scope.markForRemoval(old)
        #expect(try await scope.cleanups.note(run, remaining: 30, deleted: Int64(marked.count)))
      }
      try await room.cleanup(heir, at: Self.midnight).look()
      #expect(try await room.count("execution") == 80)
      try await room.store.ask.run("UPDATE member SET fenced_at = 1 WHERE uuid = 'a'")
      try await room.cleanup(heir, at: Self.midnight).look()
      #expect(try await room.count("execution", where: "removal_at IS NULL") == 30)
      #expect(try await room.store.ask.cleanups.note(run, remaining: 1, deleted: 1) == false)
      let late = room.cleanup(dead, at: Self.day(1))
      try await late.look()
      #expect(try await room.count("execution", where: "removal_at IS NULL") == 30)
      try await room.store.ask.run(
        "UPDATE execution SET removal_at = removal_at - 61000000 WHERE removal_at IS NOT NULL")
      try await room.cleanup(heir, at: room.store.now()).upkeep()
      #expect(try await room.count("execution") == 30)
      #expect(room.storage.objects.count == 30)
      #expect(try await room.orphans() == [:])
      let decisions = try await room.store.ask.decisions.list(DecisionQuery(kinds: [.cleanup]))
      #expect(decisions.map(\.decision.reason).first?.hasPrefix("50 executions") == true)
    }
  }

  @Test(arguments: Engine.all)
  func `a storage that is away hides what was deleted, and gets it removed later`(
    on engine: Engine
  ) async throws {
    try await CleanupRoom.with(engine) { room in
      let term = try await Self.prepare(room, ["retention.minimum": "0"])
      try await room.add(1...12, to: "p", endedAt: Self.day(-70))
      room.storage.setAway(true)
      try await room.cleanup(term, at: Self.midnight).look()
      #expect(room.storage.objects.count == 12)
      #expect(try await room.count("execution") == 12)
      let history = room.store.ask.executionHistory
      #expect(try await history.page(ExecutionHistoryQuery(projects: ["p"])).total == 0)
      #expect(try await room.store.ask.executions.find(ExecutionID(3)) == nil)
      room.storage.setAway(false)
      let removal = ExecutionRemoval(store: room.store, logs: room.storage)
      #expect(try await removal.sweep(olderThan: .seconds(3_600)) == 0)
      #expect(try await removal.sweep() == 12)
      #expect(room.storage.objects.isEmpty)
      #expect(try await room.count("execution") == 0)
      #expect(try await room.orphans() == [:])
    }
  }

  @Test(arguments: Engine.all)
  func `a project that is deleted leaves neither rows nor objects`(on engine: Engine) async throws {
    try await CleanupRoom.with(engine) { room in
      try await room.project("p")
      try await room.project("q")
      try await room.add(1...230, to: "p", endedAt: Self.day(-1))
      try await room.add(231...232, to: "p", endedAt: nil)
      try await room.add(233...240, to: "q", endedAt: Self.day(-1))
      _ = try await room.store.transaction { try await $0.markForRemoval([ExecutionID(5)]) }
      let removal = ExecutionRemoval(store: room.store, logs: room.storage)
      try await removal.removeAll(ofProject: "p")
      #expect(try await room.count("execution") == 10)
      #expect(try await room.store.transaction { try await $0.projects.delete("p") })
      for table in ["execution", "step_state", "assignment", "log_chunk"] {
        #expect(try await room.count(table) == 8, "\(table)")
      }
      #expect(room.storage.objects == Set((233...240).map { ExecutionID($0) }))
    }
  }

  @Test(arguments: Engine.all)
  func `of two members that look at once one runs`(on engine: Engine) async throws {
    try await CleanupRoom.with(engine) { room in
      let a = try await Self.prepare(room, ["batch": "10", "retention.minimum": "0"])
      let b = try await room.join("b")
      try await room.add(1...100, to: "p", endedAt: Self.day(-70))
      try await withThrowingTaskGroup { group in
        for term in [a, b] {
          group.addTask { try await room.cleanup(term, at: Self.midnight).look() }
        }
        try await group.waitForAll()
      }
      #expect(try await room.count("execution") == 90)
      #expect(try await room.count("decision", where: "kind = 'cleanup'") == 1)
    }
  }

  @Test func `bad settings stop only their own project`() async throws {
    try await CleanupRoom.with(.sqlite) { room in
      let term = try await Self.prepare(room, ["retention.minimum": "0"])
      try await room.project("bad", ["enabled": "true", "schedule": "never"])
      try await room.add(1...3, to: "p", endedAt: Self.day(-70))
      try await room.add(4...6, to: "bad", endedAt: Self.day(-70))
      try await room.cleanup(term, at: Self.midnight).look()
      #expect(try await room.count("execution") == 3)
    }
  }
}
