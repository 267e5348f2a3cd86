import Cryptography
import Glibc
import Model
import Store
import Synchronization
import TestSupport
import Testing

@testable import Identity

@Suite struct LoginTests {
  private static let cheap = PasswordHasher(parameters: .init(logN: 4, r: 1, p: 1))

  private static func folder() -> String {
    let path = "/tmp/quarterdeck-security-\(SecureRandom.uuid())"
    mkdir(path, 0o700)
    return path
  }

  private static func write(_ text: String, to path: String) {
    guard let file = fopen(path, "we") else { return }
    fputs(text, file)
    fclose(file)
  }

  private static func with(_ body: @Sendable (Store, String) async throws -> Void) async throws {
    let folder = Self.folder()
    defer { rmdir(folder) }
    try await Engine.sqlite.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      try await body(store, folder)
    }
  }

  @Test func `the first start makes one administrator, whose password is in a file of their own`()
    async throws
  {
    try await Self.with { store, folder in
      let first = FirstAdministrator(store: store, stateDirectory: folder, hasher: Self.cheap)
      let passwords = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<4 { group.addTask { try await first.create() } }
        return try await group.reduce(into: [String]()) { if let made = $1 { $0.append(made) } }
      }
      let path = "\(folder)/\(FirstAdministrator.fileName)"
      defer { unlink(path) }
      #expect(passwords.count == 1)
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
      let login = Login(store: store, hasher: Self.cheap, now: { Instant(microseconds: 0) })
      let outcome = try await login.attempt(
        user: "admin", password: passwords.first ?? "", address: "a")
      #expect(outcome == .accepted(user: "admin", roles: ["admin", "user"]))
      #expect(try await first.create() == nil)
    }
  }

  @Test func `guesses that come together are slowed down like those that come in turn`()
    async throws
  {
    try await Self.with { store, _ in
      let login = Login(store: store, hasher: Self.cheap, now: { Instant(microseconds: 0) })
      let refused = try await withThrowingTaskGroup(of: Login.Outcome.self) { group in
        for number in 0..<50 {
          group.addTask {
            try await login.attempt(user: "u", password: "x", address: "a\(number)")
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 == .refused ? 1 : 0 }
      }
      #expect(refused == 5)
    }
  }

  @Test func `after five failures a try waits, even with the right password`() async throws {
    try await Self.with { store, _ in
      let clock = Mutex(Int64(0))
      let hash = try await Self.cheap.hash("right").text
      _ = try await store.ask.users.insert(
        UserRecord(username: "u", passwordHash: hash, roles: ["r"]))
      let login = Login(
        store: store, hasher: Self.cheap,
        now: { Instant(microseconds: clock.withLock { $0 } * 1_000_000) })
      for _ in 0..<5 {
        #expect(try await login.attempt(user: "u", password: "x", address: "a") == .refused)
      }
      let paused = try await login.attempt(user: "u", password: "right", address: "b")
      #expect(paused == .paused(.seconds(1)))
      clock.withLock { $0 = 2 }
      let accepted = try await login.attempt(user: "u", password: "right", address: "b")
      #expect(accepted == .accepted(user: "u", roles: ["r"]))
    }
  }

  @Test func `a tokens file counts again as soon as it has changed`() async throws {
    let folder = Self.folder()
    let path = "\(folder)/tokens.properties"
    defer {
      unlink(path)
      rmdir(folder)
    }
    let tokens = StaticTokens(path: path)
    #expect(tokens.principal(for: "t1") == nil)
    Self.write("ann: t1,admin\n", to: path)
    #expect(tokens.principal(for: "t1")?.user == "ann")
    Self.write("ann: t2345,admin\n", to: path)
    #expect(tokens.principal(for: "t1") == nil)
    #expect(tokens.principal(for: "t2345")?.roles == ["admin"])
  }

  @Test func `a session is prolonged once in a while, not by every request`() async throws {
    try await Self.with { store, _ in
      let sessions = WebSessions(store: store)
      let cookie = try await sessions.begin(user: "u", roles: ["r"])
      let digest = TokenDigest.of(cookie)
      let first = try await store.ask.sessions.find(digest: digest)?.expiresAt
      #expect(try await sessions.principal(forCookie: cookie)?.user == "u")
      #expect(try await store.ask.sessions.find(digest: digest)?.expiresAt == first)
      try await store.ask.sessions.extend(digest: digest, by: .seconds(600))
      _ = try await sessions.principal(forCookie: cookie)
      let later = try await store.ask.sessions.find(digest: digest)?.expiresAt
      #expect((later?.microseconds ?? 0) >= (first?.microseconds ?? 1))
    }
  }
}
