import Store
import TestSupport
import Testing

@Suite struct ClusterKeyStoreTests {
  @Test(arguments: Engine.all) func `the first key is noted, and stays until it is replaced`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let key = store.ask.clusterKey
      #expect(try await key.note("one") == "one")
      #expect(try await key.note("two") == "one")
      try await key.replace(with: "two")
      #expect(try await key.note("one") == "two")
    }
  }
}
