import Database
import Model
import Store
import TestSupport
import Testing

@Suite struct TokenAndSessionStoreTests {
  @Test(arguments: Engine.all)
  func `a token expires by the database's clock`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      for (id, lifetime) in [("1", Duration.seconds(60)), ("2", .seconds(-1)), ("3", nil)] {
        _ = try await store.ask.tokens.insert(
          id: id, digest: "d\(id)", name: nil, username: "u\(id)", creator: "c", roles: ["r"],
          lifetime: lifetime)
      }
      let tokens = try await store.ask.tokens.list()
      #expect(Set(tokens.filter(\.isExpired).map(\.id)) == ["2"])
      #expect(try await store.ask.tokens.find(digest: "d3")?.expiresAt == nil)
      #expect(try await store.ask.tokens.list(username: "u1").map(\.roles) == [["r"]])
      #expect(try await store.ask.tokens.delete("1"))
      #expect(try await store.ask.tokens.find("1") == nil)
    }
  }

  @Test(arguments: Engine.all)
  func `a session that has ended is not found, and goes with the next login`(
    on engine: Engine
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let sessions = store.ask.sessions
      try await sessions.insert(
        digest: "old", username: "u", roles: ["r"], lifetime: .seconds(-1))
      #expect(try await sessions.find(digest: "old") == nil)
      try await sessions.insert(
        digest: "new", username: "u", roles: ["r"], lifetime: .seconds(60))
      let before = try await sessions.find(digest: "new")
      try await sessions.extend(digest: "new", by: .seconds(600))
      let after = try await sessions.find(digest: "new")
      #expect(before?.roles == ["r"])
      #expect((after?.expiresAt.microseconds ?? 0) > (before?.expiresAt.microseconds ?? 0))
      let rows = try await store.ask.run("SELECT digest FROM web_session").rows
      #expect(rows.count == 1)
    }
  }

  @Test(arguments: Engine.all)
  func `of several who add the same user one succeeds`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let user = UserRecord(username: "admin", passwordHash: "h", roles: ["admin"])
      let won = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 { group.addTask { try await store.ask.users.insert(user) } }
        return try await group.reduce(into: 0) { if $1 { $0 += 1 } }
      }
      #expect(won == 1)
    }
  }
}
