import Database
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)), .serialized) struct PostgresFaultTests {
  /// One server for the whole suite, whose tests take turns. It runs at the beginning of each.
  private static let server = Task { try await ScratchPostgres() }

  private func withServer(
    _ configuration: PostgresConfiguration = PostgresConfiguration(connections: 2),
    _ body: (ScratchPostgres, PostgresDatabase) async throws -> Void
  ) async throws {
    let server = try await Self.server.value
    try await server.start()
    try await endOthers(server)
    let database = PostgresDatabase(
      try PostgresAddress(server.url()), configuration: configuration)
    do { try await body(server, database) } catch {
      await database.close()
      throw error
    }
    await database.close()
  }

  /// Ends what an earlier test left running at the server.
  private func endOthers(_ server: ScratchPostgres) async throws {
    let database = PostgresDatabase(try PostgresAddress(server.url()))
    try await database.run(
      Statement(
        """
        SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
        """))
    await database.close()
  }

  /// Starts a statement that sleeps, and returns once the server runs it.
  private func sleeping(in database: PostgresDatabase) async throws -> Task<Void, any Error> {
    let task = Task { _ = try await database.run(Statement("SELECT pg_sleep($1)", [.real(600)])) }
    _ = try await eventually("the statement sleeps") {
      try await sleepers(database) > 0 ? true : nil
    }
    return task
  }

  private func sleepers(_ database: PostgresDatabase) async throws -> Int {
    let text = """
      SELECT 1 AS one FROM pg_stat_activity
      WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'
      """
    return try await database.run(Statement(text)).rows.count
  }

  @Test(arguments: [false, true])
  func `a restart fails the statement in flight, and the next one reconnects`(immediate: Bool)
    async throws
  {
    try await withServer { server, database in
      let task = try await sleeping(in: database)
      try await server.restart(immediate: immediate)
      let error = await #expect(throws: DatabaseError.self) { try await task.value }
      #expect(error?.code == .unavailable)
      #expect(error?.isRetryable == true)
      let answers = try await database.batch([Statement("SELECT 2 AS two")])
      #expect(answers[0].rows[0].values == [.integer(2)])
    }
  }

  @Test func `a server that is away is waited for as long as the patience lasts`() async throws {
    let patient = PostgresConfiguration(connections: 2, reconnectPatience: .seconds(30))
    try await withServer(patient) { server, database in
      _ = try await database.run(Statement("SELECT 1 AS one"))
      await server.stop()
      async let answer = database.run(Statement("SELECT 3 AS three"))
      try await server.start()
      #expect(try await answer.rows[0].values == [.integer(3)])
    }
  }

  @Test func `without patience it fails at once, typed and retryable`() async throws {
    let hasty = PostgresConfiguration(connections: 1, reconnectPatience: .zero)
    try await withServer(hasty) { server, database in
      await server.stop()
      let error = await #expect(throws: DatabaseError.self) {
        try await database.run(Statement("SELECT 1 AS one"))
      }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("127.0.0.1") == true)
    }
  }

  @Test func `a listener goes on after a restart and says that it did`() async throws {
    try await withServer { server, database in
      var listener = database.notifications(on: ["c"]).makeAsyncIterator()
      #expect(await listener.next() == .reconnected)
      try await server.restart()
      #expect(await listener.next() == .reconnected)
      try await database.notify(channel: "c", payload: "again")
      #expect(await listener.next() == .message(channel: "c", payload: "again"))
    }
  }

  @Test func `a cancelled statement is stopped at the server too`() async throws {
    try await withServer { _, database in
      let task = try await sleeping(in: database)
      task.cancel()
      let error = await #expect(throws: DatabaseError.self) { try await task.value }
      #expect(error?.code == .cancelled)
      _ = try await eventually("the server stopped it") {
        try await sleepers(database) == 0 ? true : nil
      }
    }
  }

  @Test func `of several hosts the living one serves`() async throws {
    try await withServer { server, _ in
      let dead = try freePort()
      let hosts = "127.0.0.1:\(dead),127.0.0.1:\(server.port)"
      let database = PostgresDatabase(
        try PostgresAddress(
          "postgresql://\(hosts)/postgres?target_session_attrs=read-write", username: "quarterdeck")
      )
      let one = try await database.run(Statement("SELECT 1 AS one"))
      #expect(one.rows[0].values == [.integer(1)])
      await database.close()
    }
  }

  @Test func `who waits too long for a connection gets a time-out, who is cancelled leaves`()
    async throws
  {
    let narrow = PostgresConfiguration(connections: 1, acquireTimeout: .milliseconds(50))
    try await withServer(narrow) { _, database in
      try await database.transaction { connection in
        let late = await #expect(throws: DatabaseError.self) {
          try await database.run(Statement("SELECT 1 AS one"))
        }
        #expect(late?.code == .timeout)
        let task = Task { try await database.run(Statement("SELECT 1 AS one")) }
        task.cancel()
        let gone = await #expect(throws: DatabaseError.self) { try await task.value }
        #expect(gone?.code == .cancelled)
        try await connection.run(Statement("SELECT 1 AS one"))
      }
      let one = try await database.run(Statement("SELECT 1 AS one"))
      #expect(one.rows[0].values == [.integer(1)])
    }
  }

  @Test func `closing fails what is in flight and what comes after it`() async throws {
    try await withServer { _, database in
      let task = try await sleeping(in: database)
      let error = await #expect(throws: DatabaseError.self) {
        try await database.transaction { connection in
          try await connection.run(Statement("SELECT 1 AS one"))
          await database.close()
          try await connection.run(Statement("SELECT 1 AS one"))
        }
      }
      #expect(error?.isRetryable != nil)
      let inFlight = await #expect(throws: DatabaseError.self) { try await task.value }
      #expect(inFlight?.code == .closed)
    }
  }

  @Test func `more texts than a connection keeps prepared are answered all the same`() async throws
  {
    try await withServer(PostgresConfiguration(connections: 1)) { _, database in
      for number in 0..<600 {
        let answer = try await database.run(Statement("SELECT \(number) AS number"))
        #expect(answer.rows[0].values == [.integer(Int64(number))])
      }
      let kept = try await database.run(
        Statement("SELECT COUNT(*) AS kept FROM pg_prepared_statements"))
      guard case .integer(let count) = kept.rows[0].values[0] else { return #expect(Bool(false)) }
      #expect(count > 0 && count <= 258)
    }
  }
}
