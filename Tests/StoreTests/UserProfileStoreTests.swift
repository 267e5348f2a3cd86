import Model
import Store
import TestSupport
import Testing

@Suite struct UserProfileStoreTests {
  @Test(arguments: Engine.all)
  func `a profile is made, changed field by field and cleared`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let profiles = store.ask.profiles
      #expect(try await profiles.find("ann") == nil)
      let made = try await profiles.put(UserProfileChange(email: "ann@example.com"), of: "ann")
      #expect(made == UserProfile(login: "ann", email: "ann@example.com"))
      _ = try await profiles.put(
        UserProfileChange(firstName: "Ann", lastName: "Other"), of: "ann")
      #expect(
        try await profiles.find("ann")
          == UserProfile(
            login: "ann", firstName: "Ann", lastName: "Other", email: "ann@example.com"))
      let cleared = try await profiles.put(
        UserProfileChange(lastName: .some(nil), email: .some(nil)), of: "ann")
      #expect(cleared == UserProfile(login: "ann", firstName: "Ann"))
      #expect(try await profiles.put(UserProfileChange(), of: "ann") == cleared)
    }
  }

  @Test(arguments: Engine.all)
  func `a user is known who has a password, a token or a profile`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let profiles = store.ask.profiles
      _ = try await store.ask.users.insert(
        UserRecord(username: "account", passwordHash: "h", roles: []))
      for number in 0..<2 {
        _ = try await store.ask.tokens.insert(
          id: "\(number)", digest: "d\(number)", name: nil, username: "token", creator: "c",
          roles: [], lifetime: nil)
      }
      try await profiles.note("visitor")
      try await profiles.note("visitor")
      for known in ["account", "token", "visitor"] {
        #expect(try await profiles.find(known) == UserProfile(login: known))
      }
      let list = try await profiles.list()
      #expect(list.map(\.profile.login) == ["account", "token", "visitor"])
      #expect(list.map(\.tokens) == [0, 2, 0])
      #expect(list.allSatisfy { $0.createdAt.microseconds > 0 && $0.lastJobAt == nil })
    }
  }

  @Test(arguments: Engine.all)
  func `the last job is the latest in any project`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      try await store.ask.profiles.note("ann")
      try await store.ask.profiles.note("bob")
      for (number, project) in ["p", "q", "p"].enumerated() {
        try await store.ask.run(
          """
          INSERT INTO project (name, description, created_at) VALUES ($1, '', 1)
          ON CONFLICT (name) DO NOTHING
          """, [.text(project)])
        var draft = ExecutionDraft(
          id: ExecutionID(Int64(number) + 1), project: project, definition: "{}",
          user: number == 2 ? "bob" : "ann", createdAt: Instant(microseconds: Int64(number) + 10))
        draft.plan = nil
        try await store.ask.executions.insert(draft)
      }
      try await store.ask.run(
        "UPDATE execution SET status = 'failed', ended_at = 99 WHERE username = 'ann'")
      let list = try await store.ask.profiles.list()
      #expect(list.map(\.lastJobAt) == [Instant(microseconds: 11), nil])
    }
  }

  @Test(arguments: Engine.all)
  func `addresses are found for those who have one`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      let profiles = store.ask.profiles
      let logins = (0..<700).map { "u\($0)" }
      for login in logins.prefix(3) {
        _ = try await profiles.put(UserProfileChange(email: "\(login)@h"), of: login)
      }
      try await profiles.note("u4")
      #expect(
        try await profiles.emails(of: logins) == ["u0": "u0@h", "u1": "u1@h", "u2": "u2@h"])
      #expect(try await profiles.emails(of: [String]()).isEmpty)
    }
  }
}
