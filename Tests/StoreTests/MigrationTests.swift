import Database
import Store
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct MigrationTests {
  private func tables(_ database: any Database) async throws -> Int64 {
    let answer = try await database.run(Statement("SELECT COUNT(*) AS count FROM schema_version"))
    return try answer.rows[0].int("count")
  }

  private func versions(_ count: Int) -> [Migration] {
    (1...count).map { number in
      Migration(version: number) { _ in ["CREATE TABLE made_\(number) (id BIGINT PRIMARY KEY)"] }
    }
  }

  @Test(arguments: Engine.all)
  func `migrating twice changes nothing the second time`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let store = Store(database)
      try await store.migrate()
      try await store.migrate()
      #expect(try await tables(database) == Int64(Migration.all.count))
      #expect(try await Migrator(migrations: Migration.all).migrate(database) == [])
      try await store.ask.run(
        "INSERT INTO cluster_setting (name, value) VALUES ($1, $2)", [.text("a"), .text("b")])
    }
  }

  @Test(arguments: Engine.all)
  func `only what is missing is applied`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let first = try await Migrator(migrations: versions(1)).migrate(database)
      #expect(first == [1])
      let second = try await Migrator(migrations: versions(3)).migrate(database)
      #expect(second == [2, 3])
    }
  }

  @Test(arguments: Engine.all)
  func `a database newer than the program is refused with both versions`(on engine: Engine)
    async throws
  {
    try await engine.withDatabase { database in
      try await Migrator(migrations: versions(3)).migrate(database)
      let error = await #expect(throws: StoreError.self) {
        try await Migrator(migrations: versions(2)).migrate(database)
      }
      #expect(error == .newerSchema(found: 3, known: 2))
      #expect(error?.description.contains("version 3") == true)
      #expect(error?.description.contains("version 2") == true)
      #expect(try await tables(database) == 3)
    }
  }

  @Test(arguments: Engine.all)
  func `programs that start at once migrate one after the other`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
        for _ in 0..<4 {
          group.addTask { try await Migrator(migrations: Migration.all).migrate(database) }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(applied == Migration.all.map(\.version))
    }
  }

  @Test(arguments: Engine.all)
  func `a migration that fails leaves nothing half done`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let broken = Migration(version: 2) { _ in
        ["CREATE TABLE half (id BIGINT)", "CREATE NONSENSE"]
      }
      await #expect(throws: StoreError.self) {
        try await Migrator(migrations: versions(1) + [broken]).migrate(database)
      }
      #expect(try await Migrator(migrations: versions(2)).migrate(database) == [1, 2])
      try await database.run(Statement("CREATE TABLE half (id BIGINT)"))
    }
  }
}
