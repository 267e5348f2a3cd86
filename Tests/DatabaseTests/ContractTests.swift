import Database
import TestSupport
import Testing

@Suite struct ContractTests {
  static func table(_ database: any Database) async throws {
    try await database.run(
      Statement(
        """
        CREATE TABLE thing (
          id \(database.dialect.identityColumn), number BIGINT NULL, fraction DOUBLE PRECISION NULL,
          name TEXT NULL UNIQUE, data \(database.dialect.blobType) NULL)
        """))
  }

  @Test(arguments: Engine.all)
  func `every kind of value comes back as it went in`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      try await Self.table(database)
      let large = (0..<(1 << 20) + 17).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let rows: [[DatabaseValue]] = [
        [.integer(.max), .real(0.1), .text("Größe 🚢 \u{301}"), .blob([0, 1, 0, 255])],
        [.integer(.min), .real(-1e300), .text(""), .blob([])],
        [.integer(0), .real(0), .text("'; -- \" \\ $1 ?1\n"), .blob(large)],
        [.null, .null, .null, .null],
      ]
      for row in rows {
        try await database.run(
          Statement(
            "INSERT INTO thing (number, fraction, name, data) VALUES ($1, $2, $3, $4)", row))
      }
      let answer = try await database.run(
        Statement("SELECT number, fraction, name, data FROM thing ORDER BY id"))
      #expect(answer.rows.map(\.values) == rows)
      #expect(answer.rows.first?.columns == ["number", "fraction", "name", "data"])
      #expect(answer.changes == 0)
    }
  }

  @Test(arguments: Engine.all)
  func `a text that not every engine can store is refused by all`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      try await Self.table(database)
      let bad = Statement("INSERT INTO thing (name) VALUES ($1)", [.text("a\u{0}b")])
      for attempt in [
        { _ = try await database.run(bad) }, { _ = try await database.batch([bad]) },
        { _ = try await database.transaction { try await $0.run(bad) } },
      ] as [() async throws -> Void] {
        let error = await #expect(throws: DatabaseError.self) { try await attempt() }
        #expect(error?.code == .unstorableText && error?.isRetryable == false)
      }
      let rows = try await database.run(Statement("SELECT COUNT(*) AS count FROM thing")).rows
      #expect(rows.first?.values == [.integer(0)])
    }
  }

  @Test(arguments: Engine.all)
  func `arguments are numbered by their numbers, not by where they stand`(on engine: Engine)
    async throws
  {
    try await engine.withDatabase { database in
      try await Self.table(database)
      try await database.run(
        Statement(
          "INSERT INTO thing (name, number) VALUES ($2, $1)", [.integer(7), .text("seven")]))
      let rows = try await database.run(
        Statement(
          "SELECT number, name FROM thing WHERE name = $2 AND number = $1 AND name <> '$1'",
          [.integer(7), .text("seven")])
      ).rows
      #expect(rows.map(\.values) == [[.integer(7), .text("seven")]])
    }
  }

  @Test(arguments: Engine.all)
  func `returned rows, changes and computed numbers are alike`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      try await Self.table(database)
      let insert = "INSERT INTO thing (number) VALUES ($1), ($2), ($3) RETURNING id, number"
      let made = try await database.run(
        Statement(insert, [.integer(1), .integer(2), .integer(3)]))
      #expect(made.rows.map(\.values) == (1...3).map { [.integer($0), .integer($0)] })
      #expect(made.changes == 3)
      let update = try await database.run(
        Statement("UPDATE thing SET number = number + $1 WHERE number > $2", [.integer(1), 1]))
      #expect(update.changes == 2)
      let sums = try await database.run(
        Statement("SELECT COUNT(*), SUM(number), MAX(number), 1 = 1, $1 FROM thing", [.integer(9)]))
      #expect(sums.rows.first?.values.dropLast(2) == [.integer(3), .integer(8), .integer(4)])
      let values = try await database.run(
        Statement(
          """
          WITH new (id, number) AS (VALUES ($1, $2), ($3, $4))
          UPDATE thing SET number = new.number FROM new WHERE thing.id = new.id
          """, [.integer(1), .integer(10), .integer(2), .integer(20)]))
      #expect(values.changes == 2)
    }
  }

  @Test(arguments: Engine.all)
  func `a refused row says which kind of rule it broke`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      try await Self.table(database)
      try await database.run(
        Statement("CREATE TABLE part (thing BIGINT NOT NULL REFERENCES thing (id))"))
      let insert = Statement("INSERT INTO thing (name) VALUES ($1)", [.text("one")])
      try await database.run(insert)
      let unique = await #expect(throws: DatabaseError.self) { try await database.run(insert) }
      #expect(unique?.code == .uniqueViolation)
      #expect(unique?.sql == insert.sql)
      let foreign = await #expect(throws: DatabaseError.self) {
        try await database.run(Statement("INSERT INTO part (thing) VALUES ($1)", [.integer(99)]))
      }
      #expect(foreign?.code == .constraintViolation)
      let null = await #expect(throws: DatabaseError.self) {
        try await database.run(Statement("INSERT INTO part (thing) VALUES ($1)", [.null]))
      }
      #expect(null?.code == .constraintViolation)
      let wrong = await #expect(throws: DatabaseError.self) {
        try await database.run(Statement("SELEKT 1"))
      }
      #expect(wrong?.code == .programming)
      #expect([unique, foreign, null, wrong].allSatisfy { $0?.isRetryable == false })
    }
  }

  @Test(arguments: Engine.all)
  func `the clock runs forwards in microseconds since 1970`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      let first = try await database.clock()
      let second = try await database.clock()
      #expect(first > 1_700_000_000_000_000)
      #expect(second >= first)
      #expect(second - first < 60_000_000)
    }
  }

  @Test(arguments: Engine.all)
  func `a closed database answers that it is closed`(on engine: Engine) async throws {
    try await engine.withDatabase { database in
      try await Self.table(database)
      await database.close()
      let error = await #expect(throws: DatabaseError.self) {
        try await database.run(Statement("SELECT 1 AS one"))
      }
      #expect(error?.code == .closed)
      await #expect(throws: DatabaseError.self) {
        try await database.transaction { try await $0.run(Statement("SELECT 1 AS one")) }
      }
    }
  }
}
