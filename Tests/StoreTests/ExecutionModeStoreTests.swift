import Model
import Store
import TestSupport
import Testing

@Suite struct ExecutionModeStoreTests {
  @Test(arguments: Engine.all) func `each member has a mode of its own, active at first`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let modes = store.ask.executionModes
      let (one, two) = (MemberID("one"), MemberID("two"))
      #expect(try await modes.mode(of: one) == .active)
      for mode in [ExecutionMode.passive, .passive, .active, .passive] {
        try await modes.set(mode, of: one)
        #expect(try await modes.mode(of: one) == mode)
      }
      #expect(try await modes.mode(of: two) == .active)
      #expect(try await modes.all() == [one: .passive])
      let facts = try await store.ask.executions.launchFacts(
        job: nil, project: "none", sidecar: .hostname("h"), on: one)
      #expect(!facts.projectExists)
    }
  }

  @Test func `a stored mode that is none is told, not taken for one`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      try await store.ask.run(
        "INSERT INTO cluster_setting (name, value) VALUES ('executionMode.m', 'asleep')")
      await #expect(
        throws: StoreError.corrupt(table: "cluster_setting", column: "value", value: "asleep")
      ) {
        try await store.ask.executionModes.mode(of: MemberID("m"))
      }
    }
  }
}
