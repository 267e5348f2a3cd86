import Database
import Model
import Store
import TestSupport
import Testing

/// Keys and the folders that come and go with them.
@Suite struct StoredKeyStoreTests {
  private static func draft(
    _ path: String, _ kind: StoredKeyKind = .password, _ sealed: [UInt8] = [1, 2],
    by user: String = "me"
  ) throws -> StoredKeyDraft {
    StoredKeyDraft(
      path: try StoragePath(path), kind: kind, size: Int64(sealed.count), sealed: sealed,
      user: user)
  }

  private static func with(
    _ engine: Engine, _ body: (Store) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      try await body(store)
    }
  }

  /// The texts of what is in a folder; nil when there is none.
  private static func list(_ store: Store, _ path: String) async throws -> [String]? {
    guard case .folder(let entries)? = try await store.ask.keys.look(at: StoragePath(path)) else {
      return nil
    }
    return entries.map(\.path.text)
  }

  private static func rows(_ store: Store) async throws -> Int {
    try await store.ask.run("SELECT path FROM stored_key").rows.count
  }

  @Test(arguments: Engine.all)
  func `a key is created, looked at, replaced and removed`(on engine: Engine) async throws {
    try await Self.with(engine) { store in
      let path = try StoragePath("keys/a/b/c")
      #expect(try await store.ask.keys.look(at: path) == nil)
      guard case .created(let made) = try await store.create(Self.draft("keys/a/b/c")) else {
        Issue.record("not created")
        return
      }
      #expect(made.createdBy == "me" && made.size == 2 && made.createdAt == made.modifiedAt)
      #expect(try await store.ask.keys.look(at: path) == .key(made))
      #expect(try await store.create(Self.draft("keys/a/b/c", .publicKey, [9])) == .exists)
      let replaced = try #require(
        try await store.ask.keys.replace(Self.draft("keys/a/b/c", .publicKey, [], by: "you")))
      #expect(replaced.kind == .publicKey && replaced.size == 0)
      #expect(replaced.createdBy == "me" && replaced.modifiedBy == "you")
      #expect(replaced.createdAt == made.createdAt && replaced.modifiedAt >= made.modifiedAt)
      let sealed = try #require(try await store.ask.keys.sealed(at: path))
      #expect(sealed.key == replaced && sealed.bytes.isEmpty)
      #expect(try await store.removeKey(at: path))
      #expect(try await !store.removeKey(at: path))
      #expect(try await store.ask.keys.replace(Self.draft("keys/a/b/c")) == nil)
      #expect(try await store.ask.keys.sealed(at: path) == nil)
      #expect(try await Self.rows(store) == 0)
    }
  }

  @Test(arguments: Engine.all)
  func `folders come with their first key and go with their last`(on engine: Engine) async throws {
    try await Self.with(engine) { store in
      for path in ["keys/p/x/1", "keys/p/x/2", "keys/p/y", "keys/q", "keys/p/x/z/1"] {
        _ = try await store.create(Self.draft(path))
      }
      #expect(try await Self.list(store, "keys") == ["keys/p", "keys/q"])
      #expect(try await Self.list(store, "keys/p") == ["keys/p/x", "keys/p/y"])
      #expect(
        try await Self.list(store, "keys/p/x") == ["keys/p/x/1", "keys/p/x/2", "keys/p/x/z"])
      #expect(try await Self.list(store, "keys/p/y") == nil)
      for path in ["keys/p/x/1", "keys/p/x/2"] {
        #expect(try await store.removeKey(at: StoragePath(path)))
      }
      #expect(try await Self.list(store, "keys/p/x") == ["keys/p/x/z"])
      #expect(try await store.removeKey(at: StoragePath("keys/p/x/z/1")))
      #expect(try await Self.list(store, "keys/p/x") == nil)
      #expect(try await Self.list(store, "keys/p") == ["keys/p/y"])
      for path in ["keys/p/y", "keys/q"] {
        #expect(try await store.removeKey(at: StoragePath(path)))
      }
      #expect(try await Self.list(store, "keys") == [])
      #expect(try await Self.rows(store) == 0)
    }
  }

  @Test(arguments: Engine.all)
  func `a path is either a key or a folder`(on engine: Engine) async throws {
    try await Self.with(engine) { store in
      _ = try await store.create(Self.draft("keys/a/b"))
      #expect(try await store.create(Self.draft("keys/a")) == .isFolder)
      #expect(
        try await store.create(Self.draft("keys/a/b/c/d"))
          == .isBelow(key: StoragePath("keys/a/b")))
      #expect(try await store.ask.keys.replace(Self.draft("keys/a")) == nil)
      #expect(try await !store.removeKey(at: StoragePath("keys/a")))
      #expect(try await store.ask.keys.sealed(at: StoragePath("keys/a")) == nil)
      #expect(try await Self.rows(store) == 2)
    }
  }

  @Test(arguments: Engine.all)
  func `of writers at once one creates a key, and no folder is lost or left`(on engine: Engine)
    async throws
  {
    try await Self.with(engine) { store in
      let made = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<8 {
          group.addTask {
            let draft = try Self.draft("keys/f/one", .password, [UInt8(number)])
            if case .created = try await store.create(draft) { return true }
            return false
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(made == 1)
      // One makes and removes what the other needs as a folder.
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<4 {
          group.addTask {
            for _ in 0..<12 {
              _ = try await store.create(Self.draft("keys/g/h/\(number)"))
              #expect(
                try await Self.list(store, "keys/g/h")?.contains("keys/g/h/\(number)") == true)
              #expect(try await store.removeKey(at: StoragePath("keys/g/h/\(number)")))
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await Self.list(store, "keys") == ["keys/f"])
      #expect(try await Self.rows(store) == 2)
    }
  }

  @Test(arguments: Engine.all)
  func `what a folder costs is its own content, whatever is around it`(on engine: Engine)
    async throws
  {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      for number in 0..<3 { _ = try await store.create(Self.draft("keys/own/\(number)")) }
      try await store.transaction { scope in
        for number in 0..<500 {
          try await scope.run(
            """
            INSERT INTO stored_key (path, folder, kind, created_by, modified_by, created_at,
              modified_at, sealed)
            VALUES ($1, 'keys/other', 'private', 'a', 'a', 1, 1, $2)
            """, [.text("keys/other/\(number)"), .blob([UInt8](repeating: 7, count: 100))])
        }
      }
      let logged = LoggedDatabase(database)
      #expect(try await Self.list(Store(logged), "keys/own")?.count == 3)
      #expect(logged.statements.count == 1)
      #expect(try await Self.list(store, "keys/other")?.count == 500)
    }
  }

  @Test(arguments: Engine.all)
  func `texts of every script and contents of every byte are kept as they are`(on engine: Engine)
    async throws
  {
    try await Self.with(engine) { store in
      let bytes = (0...255).map { UInt8($0) } + [UInt8](repeating: 0, count: 1 << 20)
      for name in ["ü ñ 日本", "a%b'c\"d\\", "A", "a", "$1"] {
        _ = try await store.create(Self.draft("keys/x/\(name)", .privateKey, bytes))
        let found = try await store.ask.keys.sealed(at: StoragePath("keys/x/\(name)"))
        #expect(found?.bytes == bytes && found?.key.path.name == name)
      }
      #expect(try await Self.list(store, "keys/x")?.count == 5)
    }
  }
}
