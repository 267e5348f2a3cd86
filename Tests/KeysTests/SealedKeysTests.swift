import Cryptography
import Database
import Execution
import Keys
import Model
import Store
import TestSupport
import Testing

/// Keys as runs read them, and what they are without the cluster key.
@Suite struct SealedKeysTests {
  private static func with(
    _ engine: Engine = .sqlite, sealer: EnvelopeSealer = EnvelopeSealer(key: .random()),
    _ body: (SealedKeys, Store) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      try await body(SealedKeys(store: store, sealer: sealer), store)
    }
  }

  private static func put(
    _ keys: SealedKeys, _ path: String, _ content: [UInt8], _ kind: StoredKeyKind = .password
  ) async throws {
    let upload = KeyUpload(path: try StoragePath(path), kind: kind, content: content, user: "me")
    guard try await keys.replace(upload) == nil else { return }
    guard case .created = try await keys.create(upload) else {
      throw NeverHappened(description: "\(path) is stored")
    }
  }

  /// Why a run may not have it; nil when it may.
  private static func refusal(
    _ keys: SealedKeys, _ path: String, in project: String = "p"
  ) async -> KeyStorageError? {
    do throws(KeyStorageError) {
      _ = try await keys.password(at: path, for: "u", in: project)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: Engine.all)
  func `a run reads passwords of its own project and of nobody's`(on engine: Engine) async throws {
    try await Self.with(engine) { keys, _ in
      for path in ["keys/all", "keys/project/p/x", "keys/project/q/x"] {
        try await Self.put(keys, path, Array("s3cret of \(path)".utf8))
      }
      for path in ["keys/all", "/keys/all", "keys/project/p/x"] {
        let text = try await keys.password(at: path, for: "u", in: "p")
        #expect(text == "s3cret of \(path.first == "/" ? String(path.dropFirst()) : path)")
      }
      #expect(await Self.refusal(keys, "keys/project/q/x") == .forbidden)
      #expect(await Self.refusal(keys, "keys/project/q/none") == .forbidden)
      #expect(await Self.refusal(keys, "keys/none") == .missing)
      #expect(await Self.refusal(keys, "keys/project/p") == .missing)
    }
  }

  @Test(arguments: ["keys/project/p/../q/x", "keys//all", "other/x", "", "keys/all/", "keys"])
  func `a path that is none is no way around the rules`(_ path: String) async throws {
    try await Self.with { keys, _ in
      try await Self.put(keys, "keys/project/q/x", [65, 66, 67])
      switch await Self.refusal(keys, path) {
      case .unfit?, .missing?: break
      case let other: Issue.record("\(path): \(String(describing: other))")
      }
    }
  }

  @Test func `only a password is one, and any key is content`() async throws {
    try await Self.with { keys, _ in
      for kind in StoredKeyKind.allCases {
        try await Self.put(keys, "keys/\(kind.rawValue)", Array("text".utf8), kind)
        #expect(
          try await keys.content(at: "keys/\(kind.rawValue)", for: "u", in: "p") == "text")
      }
      #expect(await Self.refusal(keys, "keys/password") == nil)
      for kind in ["private", "public"] {
        let refusal = await Self.refusal(keys, "keys/\(kind)")
        #expect(refusal == .unfit("a \(kind) key is stored there and no password"))
      }
    }
  }

  @Test func `what can be no value is refused by what it is, and never shown`() async throws {
    try await Self.with { keys, _ in
      let most = SealedKeys.mostValueBytes
      for (content, isFit) in [
        ([], true), (Array("a\nb\n".utf8), true), ([0xFF, 0xFE, 0x41], false),
        (Array("s3cret\0x".utf8), false), ([UInt8](repeating: 65, count: most), true),
        ([UInt8](repeating: 65, count: most + 1), false),
        ([UInt8](repeating: 65, count: 1 << 20), false),
      ] as [([UInt8], Bool)] {
        try await Self.put(keys, "keys/x", content)
        let refusal = await Self.refusal(keys, "keys/x")
        #expect((refusal == nil) == isFit, "\(content.count) bytes")
        #expect(refusal?.description.contains("s3cret") != true)
      }
    }
  }

  @Test(arguments: Engine.all)
  func `nothing is in clear in the database, and equal contents do not look equal`(
    on engine: Engine
  ) async throws {
    try await Self.with(engine) { keys, store in
      for path in ["keys/a", "keys/b"] { try await Self.put(keys, path, Array("s3cret word".utf8)) }
      let rows = try await store.ask.all("SELECT sealed FROM stored_key") {
        row throws(StoreError) in try row.blob("sealed")
      }
      #expect(rows.count == 2 && rows[0] != rows[1])
      for row in rows {
        #expect(!String(decoding: row, as: UTF8.self).contains("s3cret"))
      }
    }
  }

  @Test func `a content opens only at its own path and as its own kind`() async throws {
    try await Self.with { keys, store in
      try await Self.put(keys, "keys/project/q/x", Array("s3cret".utf8))
      try await Self.put(keys, "keys/mine", Array("mine".utf8))
      try await store.ask.run(
        """
        UPDATE stored_key SET sealed = (
          SELECT sealed FROM stored_key WHERE path = 'keys/project/q/x')
        WHERE path = 'keys/mine'
        """)
      guard case .unfit(let reason)? = await Self.refusal(keys, "keys/mine") else {
        Issue.record("it opens")
        return
      }
      #expect(reason.contains("does not open") && !reason.contains("s3cret"))
      try await store.ask.run(
        "UPDATE stored_key SET kind = 'public' WHERE path = 'keys/project/q/x'")
      await #expect(throws: KeyContentError.shut(.notAuthentic)) {
        try await keys.open(at: StoragePath("keys/project/q/x"))
      }
    }
  }

  @Test func `with another cluster key a key is there, does not open, and can be stored again`()
    async throws
  {
    try await Self.with { keys, store in
      try await Self.put(keys, "keys/x", Array("s3cret".utf8))
      let others = SealedKeys(store: store, sealer: EnvelopeSealer(key: .random()))
      guard case .unfit(let reason)? = await Self.refusal(others, "keys/x") else {
        Issue.record("it opens")
        return
      }
      #expect(reason.contains("another cluster key") && reason.contains("stored again"))
      try await Self.put(others, "keys/x", Array("new".utf8))
      #expect(try await others.password(at: "keys/x", for: "u", in: "p") == "new")
      #expect(try await others.remove(at: StoragePath("keys/x")))
    }
  }

  @Test func `a database that is away is no missing key`() async throws {
    try await Engine.sqlite.withDatabase { database in
      let away = Store(AbsentDatabase(base: database))
      let keys = SealedKeys(store: away, sealer: EnvelopeSealer(key: .random()))
      #expect(await Self.refusal(keys, "keys/x")?.isTransient == true)
    }
  }
}

/// A database that answers nothing.
private struct AbsentDatabase: ForwardingDatabase {
  let base: any Database

  func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult {
    throw DatabaseError(code: .unavailable, message: "it is away")
  }
}
