import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct FireFactsTests {
  @Test(arguments: Engine.all)
  func `jobs and their projects' values are read in one statement`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let logged = LoggedDatabase(database)
      let store = Store(logged)
      try await store.migrate()
      for project in ["p", "q", "r"] {
        try await store.ask.run(
          "INSERT INTO project (name, description, created_at) VALUES ($1, '', 1)",
          [.text(project)])
        try await store.ask.projects.put(
          ["project.globals.team": "of \(project)", "project.other": "x"], of: project)
        try await store.ask.run(
          """
          INSERT INTO job (id, project, group_path, name, definition, scheduled, schedule_enabled,
            execution_enabled, created_by, created_at, updated_at)
          VALUES ($1, $2, '', 'n', '{}', 0, 1, 1, 'admin', 1, 9)
          """, [.text("j\(project)"), .text(project)])
      }
      let before = logged.statements.count
      let facts = try await store.ask.executions.fireFacts(
        of: [JobID("jp"), JobID("jq"), JobID("gone")], sidecar: .hostname("h"),
        on: MemberID("m"))
      #expect(logged.statements.count == before + 3, "mode, sidecar, jobs with values")
      #expect(facts.globals == ["p": ["team": "of p"], "q": ["team": "of q"]])
      #expect(Set(facts.jobs.keys) == [JobID("jp"), JobID("jq")])
      let stamp = try #require(facts.jobs[JobID("jp")])
      #expect(stamp.project == "p" && stamp.updatedAt == Instant(microseconds: 9))
      #expect(stamp.executionEnabled && stamp.user == "admin" && stamp.userEmail == nil)
      _ = try await store.ask.profiles.put(UserProfileChange(email: "a@b"), of: "admin")
      let again = try await store.ask.executions.fireFacts(
        of: [JobID("jp")], sidecar: .hostname("h"), on: MemberID("m"))
      #expect(again.jobs[JobID("jp")]?.userEmail == "a@b")
    }
  }
}
