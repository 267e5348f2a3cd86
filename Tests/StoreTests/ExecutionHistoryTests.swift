import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct ExecutionHistoryTests {
  private static func with(
    _ engine: Engine, _ body: @Sendable (Store) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      _ = try await store.ask.projects.insert(name: "P", description: "")
      for number in 1...4 {
        try await store.ask.executions.insert(
          ExecutionDraft(
            id: ExecutionID(Int64(number)), project: "P",
            jobID: number > 2 ? JobID("J\(number)") : nil,
            jobName: number > 2 ? "job \(number)" : nil, jobGroup: number == 4 ? "g/h" : nil,
            definition: #"{"description":"Text \#(number)"}"#,
            status: number == 4 ? .running : .succeeded, user: "u\(number)",
            createdAt: Instant(microseconds: 1),
            endedAt: number == 4 ? nil : Instant(microseconds: Int64(number))))
      }
      try await body(store)
    }
  }

  @Test(arguments: Engine.all)
  func `each filter keeps its executions, newest first, on both engines`(
    on engine: Engine
  ) async throws {
    try await Self.with(engine) { store in
      let history = store.ask.executionHistory
      func ids(_ change: (inout ExecutionHistoryQuery) -> Void) async throws -> [Int64] {
        var query = ExecutionHistoryQuery(projects: ["P"])
        change(&query)
        return try await history.page(query).executions.map(\.id.number)
      }
      let all = try await ids { _ in }
      #expect(all == [4, 3, 2, 1])
      #expect(try await ids { $0.status = "succeeded" } == [3, 2, 1])
      #expect(try await ids { $0.unfinishedOnly = true } == [4])
      #expect(try await ids { $0.isAdHoc = true } == [2, 1])
      #expect(try await ids { $0.endedFrom = Instant(microseconds: 3) } == [3])
      #expect(try await ids { $0.endedWithin = .seconds(60) } == [])
      #expect(try await ids { $0.endedBefore = .seconds(60) } == [3, 2, 1])
      #expect(try await ids { $0.excludedJobIDs = ["J3"] } == [4])
      #expect(try await ids { $0.jobPaths = ["g/h/job 4", "job 3"] } == [4, 3])
      #expect(try await ids { $0.excludedJobPaths = ["job 3"] } == [4])
      #expect(try await ids { $0.group = .within("g") } == [4])
      #expect(try await ids { $0.excludedGroup = .within("g") } == [3])
      #expect(try await ids { $0.nameContains = "JOB" } == [4, 3])
      #expect(try await ids { $0.descriptionContains = "text 2" } == [2])
    }
  }

  @Test(arguments: Engine.all)
  func `a page knows the total even where it is empty`(on engine: Engine) async throws {
    try await Self.with(engine) { store in
      let history = store.ask.executionHistory
      var query = ExecutionHistoryQuery(projects: ["P"])
      query.limit = 2
      query.offset = 10
      let page = try await history.page(query)
      #expect(page.executions.isEmpty && page.total == 4)
    }
  }

  @Test(arguments: Engine.all)
  func `only what has ended is deleted`(on engine: Engine) async throws {
    try await Self.with(engine) { store in
      let history = store.ask.executionHistory
      let deleted = try await ExecutionRemoval(store: store).remove(
        [ExecutionID(1), ExecutionID(4), ExecutionID(9)])
      #expect(deleted == [ExecutionID(1)])
      #expect(try await history.unfinishedCount() == 1)
    }
  }
}
