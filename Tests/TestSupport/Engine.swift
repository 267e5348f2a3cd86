public import Database
public import Postgres
import SQLite

/// The engines that a contract is run over: `@Test(arguments: Engine.all)`.
public enum Engine: String, Sendable, CaseIterable, CustomStringConvertible {
  case sqlite
  case postgresql

  /// Both.
  public static var all: [Engine] { allCases }

  public var description: String { rawValue }

  /// Gives `body` an empty database of this engine for it alone, and removes it afterwards.
  public func withDatabase<Answer>(
    postgres configuration: PostgresConfiguration = .patient(connections: 4),
    _ body: (any Database) async throws -> Answer
  ) async throws -> Answer {
    switch self {
    case .sqlite:
      let folder = try makeTemporaryFolder()
      defer { removeFolder(folder) }
      return try await Self.closing(SQLiteDatabase(path: "\(folder)/test.sqlite"), body)
    case .postgresql:
      return try await Slots.databases.with { try await Self.onPostgres(configuration, body) }
    }
  }

  private static func onPostgres<Answer>(
    _ configuration: PostgresConfiguration, _ body: (any Database) async throws -> Answer
  ) async throws -> Answer {
    let server = try await ScratchPostgres.shared()
    let name = try await server.createDatabase()
    let address = try PostgresAddress(server.url(database: name))
    let database = PostgresDatabase(address, configuration: configuration)
    do {
      let answer = try await closing(database, body)
      try await server.dropDatabase(name)
      return answer
    } catch {
      try? await server.dropDatabase(name)
      throw error
    }
  }

  private static func closing<Answer>(
    _ database: any Database, _ body: (any Database) async throws -> Answer
  ) async throws -> Answer {
    do {
      let answer = try await body(database)
      await database.close()
      return answer
    } catch {
      await database.close()
      throw error
    }
  }
}

extension PostgresConfiguration {
  /// For tests about something else than waiting: on a busy machine a connection may be wanted for long.
  public static func patient(
    connections: Int, applicationName: String? = nil
  ) -> PostgresConfiguration {
    PostgresConfiguration(
      connections: connections, acquireTimeout: .seconds(600), connectTimeout: .seconds(120),
      applicationName: applicationName)
  }
}
