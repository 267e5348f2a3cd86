import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct ProjectStoreTests {
  @Test(arguments: Engine.all)
  func `a project is added once, with settings that are changed and removed`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let projects = store.ask.projects
      #expect(try await projects.insert(name: "P", description: "d"))
      let again = try await projects.insert(name: "P", description: "e")
      #expect(!again)
      #expect(try await projects.find("P")?.description == "d")
      try await projects.put(["a": "1", "b": "2"], of: "P")
      try await projects.put(["a": "3"], of: "P")
      #expect(try await projects.settings(of: "P") == ["a": "3", "b": "2"])
      #expect(try await projects.removeSetting("b", of: "P"))
      #expect(try await projects.setting("b", of: "P") == nil)
      #expect(try await projects.existing(["P", "Q"]) == ["P"])
      #expect(try await projects.delete("P"))
      #expect(try await projects.settings(of: "P").isEmpty)
    }
  }

  @Test(arguments: Engine.all)
  func `a project is not deleted under executions that have not ended`(
    on engine: Engine
  ) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let term = try await fixture.join("a")
      _ = try await fixture.schedule("j", owner: term)
      var draft = ExecutionFixture.draft(7)
      draft.owner = term
      try await fixture.store.ask.executions.insert(draft)
      let deletion = try await fixture.store.transaction { scope in
        try await scope.projects.deleteWhenIdle("p")
      }
      #expect(deletion == .busy([ExecutionID(7)]))
      #expect(try await fixture.store.ask.projects.unfinished(of: "q").isEmpty)
      try await fixture.store.ask.run("UPDATE execution SET status = 'failed'")
      let deletions = try await fixture.store.transaction { scope in
        [
          try await scope.projects.deleteWhenIdle("p"),
          try await scope.projects.deleteWhenIdle("p"),
        ]
      }
      #expect(deletions == [.deleted, .missing])
      #expect(try await fixture.store.ask.executions.find(ExecutionID(7)) == nil)
      #expect(try await fixture.schedule(of: "j")?.rule == nil)
    }
  }

  @Test(arguments: Engine.all)
  func `the values of one setting are asked for over all projects`(on engine: Engine) async throws {
    try await ClusterFixture.with(engine) { fixture in
      let projects = fixture.store.ask.projects
      try await projects.put(["label": "The P", "other": "x"], of: "p")
      #expect(try await projects.values(of: "label") == ["p": "The P"])
    }
  }

  @Test func `a schedule that is imported while its project is deleted goes with it`() async throws
  {
    try await ClusterFixture.with(.postgresql) { fixture in
      let term = try await fixture.join("a")
      let store = fixture.store
      let (imported, importing) = AsyncStream<Void>.makeStream()
      async let deletion = {
        for await _ in imported { break }
        return try await store.transaction { try await $0.projects.deleteWhenIdle("p") }
      }()
      try await store.transaction { scope in
        #expect(try await scope.projects.keep("p"))
        try await scope.jobs.insert(
          Job(name: "j", workflow: Workflow(steps: [])), id: JobID("j"), project: "p", by: "me")
        importing.yield()
        _ = try await eventually("the deletion waits for the import") {
          let waiting = try await store.ask.run(
            """
            SELECT 1 FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """)
          return waiting.rows.isEmpty ? nil : true
        }
        try await scope.schedules.put(
          ClusterFixture.rule, isEnabled: true, of: JobID("j"), project: "p", owner: term.member)
      }
      #expect(try await deletion == .deleted)
      #expect(try await fixture.schedule(of: "j")?.rule == nil)
      #expect(try await !store.ask.projects.keep("p"))
    }
  }
}
