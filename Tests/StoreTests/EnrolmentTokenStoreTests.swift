import Model
import Store
import TestSupport
import Testing

@Suite struct EnrolmentTokenStoreTests {
  @Test(arguments: Engine.all)
  func `a token is used once, even by two at the same moment`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let expiry = try await store.ask.enrolmentTokens.create(
        digest: "t", by: "admin", validFor: .seconds(60))
      #expect(try await store.now() < expiry)
      let used = try await withThrowingTaskGroup(of: Bool.self) { group in
        for index in 0..<6 {
          group.addTask {
            try await store.transaction { scope in
              try await scope.enrolmentTokens.use(digest: "t", for: "agent-\(index)") == .newAgent
            }
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(used == 1)
    }
  }

  @Test(arguments: Engine.all)
  func `an expired and an unknown token are worth nothing`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let tokens = store.ask.enrolmentTokens
      _ = try await tokens.create(digest: "old", by: "admin", validFor: .seconds(-1))
      #expect(try await tokens.use(digest: "old", for: "a") == nil)
      #expect(try await tokens.use(digest: "never", for: "a") == nil)
      #expect(try await tokens.deleteExpired() == 1)
    }
  }

  @Test(arguments: Engine.all)
  func `no length of time is too long to be understood`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let expiry = try await store.ask.enrolmentTokens.create(
        digest: "long", by: "admin", validFor: .seconds(999_999 * 31_536_000))
      #expect(expiry > (try await store.now()))
    }
  }

  @Test(arguments: Engine.all)
  func `a token for a new credential names its agent`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let tokens = store.ask.enrolmentTokens
      _ = try await tokens.create(
        digest: "r", by: "admin", validFor: .seconds(60), reenrolling: "alpha")
      #expect(try await tokens.use(digest: "r", for: "alpha") == .reenrolment(name: "alpha"))
      #expect(try await tokens.use(digest: "r", for: "alpha") == nil)
    }
  }

  @Test(arguments: Engine.all)
  func `a token whose enrolment failed can be used again`(on engine: Engine) async throws {
    struct Failure: Error {}
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      _ = try await store.ask.enrolmentTokens.create(
        digest: "t", by: "admin", validFor: .seconds(60))
      await #expect(throws: Failure.self) {
        try await store.transaction { scope in
          #expect(try await scope.enrolmentTokens.use(digest: "t", for: "a") == .newAgent)
          throw Failure()
        }
      }
      #expect(try await store.ask.enrolmentTokens.use(digest: "t", for: "b") == .newAgent)
    }
  }
}
