import Database
import Postgres
import SQLite
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SessionTests {
  private static func connect(_ url: String, as name: String) throws -> PostgresDatabase {
    PostgresDatabase(
      try PostgresAddress(url),
      configuration: PostgresConfiguration(connections: 2, applicationName: name))
  }

  /// Two databases, of two processes as it were, over one server's.
  private static func withTwo(
    _ body: (PostgresDatabase, PostgresDatabase) async throws -> Void
  ) async throws {
    try await Slots.databases.with {
      let server = try await ScratchPostgres.shared()
      let name = try await server.createDatabase()
      let url = server.url(database: name) + "?application_name=address"
      let (mine, theirs) = (try connect(url, as: "mine"), try connect(url, as: "the ir's"))
      do {
        try await body(mine, theirs)
      } catch {
        await mine.close()
        await theirs.close()
        throw error
      }
      await mine.close()
      await theirs.close()
      try await server.dropDatabase(name)
    }
  }

  @Test func `ending a process's sessions gives its locks up`() async throws {
    try await Self.withTwo { mine, theirs in
      try await mine.run(Statement("CREATE TABLE item (id BIGINT PRIMARY KEY)"))
      try await mine.run(Statement("INSERT INTO item VALUES (1)"))
      let (locked, lock) = AsyncStream<Void>.makeStream()
      let (released, release) = AsyncStream<Void>.makeStream()
      async let failure: DatabaseError? = {
        do {
          try await theirs.transaction { transaction in
            try await transaction.run(Statement("SELECT id FROM item FOR UPDATE"))
            lock.yield()
            for await _ in released { break }
            try await transaction.run(Statement("SELECT 1 AS one"))
          }
          return nil
        } catch { return error as? DatabaseError }
      }()
      for await _ in locked { break }
      #expect(try await Self.count("the ir's", mine) == 1)
      let end = try #require(mine.dialect.endSessions(named: "the ir's"))
      #expect(try await mine.run(end).rows.count == 1)
      #expect(try await mine.run(Statement("DELETE FROM item")).changes == 1)
      release.yield()
      let found = await failure
      #expect(found?.isRetryable == true)
      // The process itself goes on with new sessions; nobody ended ours.
      try await theirs.run(Statement("SELECT 1 AS one"))
      #expect(try await Self.count("mine", theirs) > 0)
      let ours = try #require(mine.dialect.endSessions(namedBy: "SELECT 'nobody'"))
      #expect(try await mine.run(ours).rows.isEmpty)
    }
  }

  private static func count(_ name: String, _ database: PostgresDatabase) async throws -> Int64 {
    let question = try #require(database.dialect.countSessions(named: name))
    guard case .integer(let count)? = try await database.run(question).rows[0]["count"] else {
      return -1
    }
    return count
  }

  @Test func `who waits too long for a lock fails with a conflict`() async throws {
    try await Self.withTwo { mine, theirs in
      try await mine.run(Statement("CREATE TABLE item (id BIGINT PRIMARY KEY)"))
      try await mine.run(Statement("INSERT INTO item VALUES (1)"))
      try await mine.transaction { holder in
        try await holder.run(Statement("SELECT id FROM item FOR UPDATE"))
        let limit = try #require(theirs.dialect.limitLockWaits(to: .milliseconds(20)))
        let error = await #expect(throws: DatabaseError.self) {
          try await theirs.transaction { waiter in
            try await waiter.run(limit)
            try await waiter.run(Statement("SELECT id FROM item FOR UPDATE"))
          }
        }
        #expect(error?.code == .conflict && error?.isRetryable == true)
      }
      // The limit ended with its transaction.
      let row = try await theirs.run(Statement("SELECT current_setting('lock_timeout') AS limit"))
      #expect(row.rows[0].values == [.text("0")])
    }
  }

  @Test func `a listener's session has the name too`() async throws {
    try await Self.withTwo { mine, theirs in
      var notifications = theirs.notifications(on: ["c"]).makeAsyncIterator()
      #expect(await notifications.next() == .reconnected)
      #expect(try await Self.count("the ir's", mine) == 1)
      let end = try #require(mine.dialect.endSessions(named: "the ir's"))
      try await mine.run(end)
      #expect(await notifications.next() == .reconnected)
    }
  }

  @Test func `an engine without sessions has no statements about them`() {
    let dialect = Dialect.sqlite
    #expect(!dialect.hasSessions && dialect.endSessions(named: "x") == nil)
    #expect(dialect.countSessions(named: "x") == nil)
    #expect(dialect.limitLockWaits(to: .seconds(1)) == nil)
  }
}
