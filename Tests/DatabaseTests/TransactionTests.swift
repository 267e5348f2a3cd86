import Database
import TestSupport
import Testing

private struct Refusal: Error {}

@Suite struct TransactionTests {
  private func counting(
    _ engine: Engine, _ body: (any Database) async throws -> Void
  ) async throws {
    try await engine.withDatabase { database in
      try await database.run(
        Statement("CREATE TABLE counter (id BIGINT PRIMARY KEY, number BIGINT NOT NULL)"))
      try await body(database)
    }
  }

  private static func insert(_ id: Int64) -> Statement {
    Statement("INSERT INTO counter (id, number) VALUES ($1, 0)", [.integer(id)])
  }

  private func ids(_ database: any Database) async throws -> [DatabaseValue] {
    try await database.run(Statement("SELECT id FROM counter ORDER BY id")).rows.map(\.values[0])
  }

  @Test(arguments: Engine.all)
  func `what a transaction wrote is there once it returns`(on engine: Engine) async throws {
    try await counting(engine) { database in
      let seen = try await database.transaction { connection in
        try await connection.run(Self.insert(1))
        _ = try await connection.batch([Self.insert(2), Self.insert(3)])
        return try await connection.run(Statement("SELECT COUNT(*) FROM counter")).rows[0].values
      }
      #expect(seen == [.integer(3)])
      #expect(try await ids(database) == [1, 2, 3])
    }
  }

  @Test(arguments: Engine.all)
  func `a body that throws leaves nothing behind`(on engine: Engine) async throws {
    try await counting(engine) { database in
      await #expect(throws: Refusal.self) {
        try await database.transaction { connection in
          try await connection.run(Self.insert(1))
          throw Refusal()
        }
      }
      #expect(try await ids(database) == [])
      try await database.run(Self.insert(2))
      #expect(try await ids(database) == [2])
    }
  }

  @Test(arguments: Engine.all)
  func `a failed statement ends its transaction even when the body hides it`(on engine: Engine)
    async throws
  {
    try await counting(engine) { database in
      let error = await #expect(throws: DatabaseError.self) {
        try await database.transaction { connection in
          try await connection.run(Self.insert(1))
          _ = try? await connection.run(Self.insert(1))
        }
      }
      #expect(error?.code == .uniqueViolation)
      let left = try await ids(database)
      #expect(left == [])
    }
  }

  @Test(arguments: Engine.all)
  func `a cancelled transaction leaves nothing behind and harms no other`(on engine: Engine)
    async throws
  {
    try await counting(engine) { database in
      let (begun, begin) = AsyncStream<Void>.makeStream()
      let task = Task {
        try await database.transaction { connection in
          try await connection.run(Self.insert(1))
          begin.finish()
          while !Task.isCancelled { await Task.yield() }
          try await connection.run(Self.insert(2))
        }
      }
      for await _ in begun {}
      task.cancel()
      let error = await #expect(throws: DatabaseError.self) { try await task.value }
      #expect(error?.code == .cancelled)
      try await database.run(Self.insert(3))
      #expect(try await ids(database) == [3])
    }
  }

  @Test(arguments: Engine.all)
  func `a batch happens as a whole or not at all`(on engine: Engine) async throws {
    try await counting(engine) { database in
      await #expect(throws: DatabaseError.self) {
        try await database.batch([Self.insert(1), Self.insert(2), Self.insert(1), Self.insert(3)])
      }
      #expect(try await ids(database) == [])
      let answers = try await database.batch([
        Self.insert(1), Statement("SELECT COUNT(*) FROM counter"), Self.insert(2),
      ])
      #expect(answers.map(\.changes) == [1, 0, 1])
      #expect(answers[1].rows[0].values == [.integer(1)])
      #expect(try await database.batch([]).isEmpty)
    }
  }

  @Test(arguments: Engine.all)
  func `fifty tasks at once lose no increment`(on engine: Engine) async throws {
    try await counting(engine) { database in
      try await database.run(Self.insert(1))
      try await withThrowingTaskGroup { group in
        for number in 0..<50 {
          group.addTask { try await Self.increment(database, inTransaction: number % 2 == 0) }
        }
        try await group.waitForAll()
      }
      let row = try await database.run(Statement("SELECT number FROM counter")).rows[0]
      #expect(row.values == [.integer(50)])
    }
  }

  private static func increment(_ database: any Database, inTransaction: Bool) async throws {
    guard inTransaction else {
      try await database.run(Statement("UPDATE counter SET number = number + 1 WHERE id = 1"))
      return
    }
    try await database.transaction { connection in
      let read = Statement("SELECT number FROM counter WHERE id = 1 \(database.dialect.forUpdate)")
      guard case .integer(let number) = try await connection.run(read).rows[0].values[0] else {
        throw Refusal()
      }
      try await connection.run(
        Statement("UPDATE counter SET number = $1 WHERE id = 1", [.integer(number + 1)]))
    }
  }

  @Test(arguments: Engine.all)
  func `a transaction answers nothing after its end`(on engine: Engine) async throws {
    try await counting(engine) { database in
      let escaped = try await database.transaction { connection in
        try await connection.run(Self.insert(1))
        return connection
      }
      let error = await #expect(throws: DatabaseError.self) {
        try await escaped.run(Self.insert(2))
      }
      #expect(error?.code == .programming)
    }
  }

  @Test(arguments: Engine.all)
  func `an unfinished write is invisible to others, who do not wait for it`(on engine: Engine)
    async throws
  {
    try await counting(engine) { database in
      try await database.transaction { connection in
        try await connection.run(Self.insert(1))
        #expect(try await ids(database) == [])
      }
      #expect(try await ids(database) == [1])
    }
  }
}
