import Database
import Postgres
import Store
import TestSupport

/// Two processes' connections to one PostgreSQL database, each with a session name of its own.
enum TwoProcesses {
  static let mine = MemberSession("quarterdeck-mine")
  static let theirs = MemberSession("quarterdeck-theirs")

  static func with(
    _ body: (ClusterFixture, ClusterFixture) async throws -> Void
  ) async throws {
    try await Slots.databases.with {
      let server = try await ScratchPostgres.shared()
      let name = try await server.createDatabase()
      let address = try PostgresAddress(server.url(database: name))
      let databases = [mine, theirs].map {
        PostgresDatabase(
          address,
          configuration: .patient(connections: 4, applicationName: $0.name))
      }
      do {
        let fixture = try await ClusterFixture.make(databases[0])
        try await body(fixture, ClusterFixture(store: Store(databases[1])))
      } catch {
        for database in databases { await database.close() }
        throw error
      }
      for database in databases { await database.close() }
      try await server.dropDatabase(name)
    }
  }

  /// Asks until it is so: PostgreSQL tells nobody when a session ends or begins to wait.
  static func waitUntil(_ isSo: () async throws -> Bool) async throws {
    try await TestSupport.waitUntil("the sessions are as expected", isSo)
  }

  /// Waits until so many sessions of that name wait for a lock.
  static func waitUntilBlocked(_ session: MemberSession, count: Int = 1, _ store: Store)
    async throws
  {
    try await waitUntil {
      let rows = try await store.ask.run(
        """
        SELECT pid FROM pg_stat_activity
        WHERE application_name = $1 AND wait_event_type = 'Lock' AND datname = current_database()
        """, [.text(session.name)]
      ).rows
      return rows.count >= count
    }
  }
}
