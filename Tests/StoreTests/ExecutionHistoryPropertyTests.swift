import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct ExecutionHistoryPropertyTests {
  /// Executions in a store whose rows were also changed, removed and folded, in an order that dice decide.
  private static func fill(_ store: Store, _ history: inout RandomHistory) async throws {
    for project in RandomHistory.projects {
      _ = try await store.ask.projects.insert(name: project, description: "")
    }
    for number in 1...240 {
      try await store.ask.executions.insert(history.draft(Int64(number)))
      if history.dice.chance(5) {
        try await store.foldHistory(limit: Int.random(in: 1...40, using: &history.dice))
      }
      if history.dice.chance(30) { try await change(store, &history, below: Int64(number)) }
    }
  }

  private static func change(
    _ store: Store, _ history: inout RandomHistory, below last: Int64
  ) async throws {
    let id = DatabaseValue.integer(Int64.random(in: 1...last, using: &history.dice))
    switch Int.random(in: 0..<6, using: &history.dice) {
    case 0:
      try await store.ask.run(
        "UPDATE execution SET status = 'failed', ended_at = created_at + 77 WHERE id = $1", [id])
    case 1:
      try await store.ask.run(
        "UPDATE execution SET status = 'other', custom_status = 'my own', ended_at = 5 WHERE id = $1",
        [id])
    case 2:
      try await store.ask.run(
        """
        UPDATE execution SET status = 'aborted', ended_at = COALESCE(ended_at, created_at),
          abort_requested_by = $2 WHERE id = $1
        """, [id, .text(history.dice.one(of: RandomHistory.users))])
    case 3:
      try await store.ask.run(
        "UPDATE execution SET status = 'running', ended_at = NULL WHERE id = $1", [id])
    case 4:
      _ = try await store.ask.markForRemoval([
        ExecutionID(Int64.random(in: 1...last, using: &history.dice))
      ])
    default:
      _ = try await ExecutionRemoval(store: store).remove([
        ExecutionID(Int64.random(in: 1...last, using: &history.dice))
      ])
    }
  }

  private static func present(_ store: Store) async throws -> [ExecutionRecord] {
    var all: [ExecutionRecord] = []
    for number in 1...240 {
      if let found = try await store.ask.executions.find(ExecutionID(Int64(number))) {
        all.append(found)
      }
    }
    return all
  }

  @Test(arguments: Engine.all)
  func `every page and total is what the filters mean, folded or not`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      var history = RandomHistory(seed: 7)
      try await Self.fill(store, &history)
      let all = try await Self.present(store)
      #expect(all.count > 150)
      for round in 0..<3 {
        for _ in 0..<120 {
          let query = history.query()
          let page = try await store.ask.executionHistory.page(query)
          let meant = query.naive(all)
          #expect(page.executions.map(\.id) == meant.page, "\(query)")
          #expect(page.total == Int64(meant.total), "\(query)")
          let metrics = try await store.ask.executionHistory.metrics(query)
          #expect(metrics == query.naiveMetrics(all), "\(query)")
        }
        _ = try await store.foldHistory(limit: round == 0 ? 60 : 10_000)
      }
      #expect(try await store.foldHistory() == 0)
    }
  }

  @Test(arguments: Engine.all)
  func `the summaries are what a recount gives`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      var history = RandomHistory(seed: 11)
      try await Self.fill(store, &history)
      while try await store.foldHistory() > 0 {}
      let ended = try await Self.present(store).filter(\.status.isFinal)
      let took = ended.reduce(Int64(0)) { sum, execution in
        guard let start = execution.startedAt, let end = execution.endedAt else { return sum }
        return sum + end.microseconds - start.microseconds
      }
      for table in ["history_by_project", "history_by_day", "history_by_job"] {
        let rows = try await store.ask.run(
          """
          SELECT CAST(SUM(total) AS BIGINT) AS total, CAST(SUM(duration) AS BIGINT) AS duration,
            COUNT(CASE WHEN total <= 0 THEN 1 END) AS bad FROM \(table)
          """
        ).rows
        #expect(try rows[0].int("total") == Int64(ended.count))
        #expect(try rows[0].int("duration") == took)
        #expect(try rows[0].int("bad") == 0)
      }
    }
  }
}
