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
}
