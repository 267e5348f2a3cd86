import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct JobStoreTests {
  private static func job(_ name: String, group: String = "") -> Job {
    Job(name: name, group: group, workflow: Workflow(steps: [WorkflowStep(.exec("id"))]))
  }

  private static func with(
    _ engine: Engine, _ body: @Sendable (Store) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      _ = try await store.ask.projects.insert(name: "P", description: "")
      try await body(store)
    }
  }

  @Test(arguments: Engine.all)
  func `a job comes back as it was stored, with the identifier and switches of its row`(
    on engine: Engine
  ) async throws {
    try await Self.with(engine) { store in
      let jobs = store.ask.jobs
      try await jobs.insert(Self.job("a", group: "g"), id: JobID("A"), project: "P", by: "me")
      _ = try await jobs.set(.execution, to: false, of: [JobID("A"), JobID("X")])
      let found = try await jobs.find(JobID("A"))
      #expect(found?.job.workflow == Self.job("a").workflow && found?.createdBy == "me")
      #expect(found?.job.executionEnabled == false && found?.job.id == JobID("A"))
      #expect(try await jobs.find(project: "P", group: "g", name: "a")?.id == JobID("A"))
      #expect(try await jobs.update(Self.job("b"), id: JobID("A"), project: "P"))
      #expect(try await jobs.find(JobID("A"))?.job.name == "b")
      #expect(try await jobs.delete([JobID("A"), JobID("X")]) == [JobID("A")])
    }
  }

  @Test(arguments: Engine.all)
  func `part of a name is found in upper and lower case, and its marks are no pattern`(
    on engine: Engine
  ) async throws {
    try await Self.with(engine) { store in
      for (id, name) in [("1", "Back 100%"), ("2", "back_up"), ("3", "other")] {
        try await store.ask.jobs.insert(Self.job(name), id: JobID(id), project: "P", by: "me")
      }
      func names(_ part: String) async throws -> [String] {
        try await store.ask.jobs.list(JobQuery(project: "P", nameContains: part)).map(\.id.text)
          .sorted()
      }
      #expect(try await names("BACK") == ["1", "2"])
      #expect(try await names("%") == ["1"])
      #expect(try await names("_") == ["2"])
    }
  }
}
