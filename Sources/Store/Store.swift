public import Database
public import Model

/// What Quarterdeck remembers: questions in domain terms over one database.
///
/// A question asked through `ask` runs in a transaction of its own; `transaction` puts several of them
/// into one. The store never reads this host's clock: callers pass times in, or ask `now()`.
public struct Store: Sendable {
  /// The engine below.
  public let database: any Database

  /// A store over `database`, which must have been migrated before the first question.
  public init(_ database: any Database) { self.database = database }

  /// Questions asked outside a transaction.
  public var ask: StoreScope { StoreScope(connection: database) }

  /// The database's own clock: what leases and stored times compare with.
  public func now() async throws(StoreError) -> Instant {
    do throws(DatabaseError) {
      return Instant(microseconds: try await database.clock())
    } catch {
      throw .database(error)
    }
  }

  /// Brings the schema up to what this program knows, under a lock that a second process waits for.
  ///
  /// Throws `StoreError.newerSchema` when the database is newer than the program. A failure leaves the
  /// schema as it was.
  public func migrate() async throws {
    try await Migrator(migrations: Migration.all).migrate(database)
  }

  /// Runs `body` in one transaction: committed when it returns, rolled back when it throws.
  ///
  /// Throws what `body` throws, and `StoreError.database` when the transaction itself fails.
  public func transaction<Answer: Sendable>(
    _ body: @Sendable (StoreScope) async throws -> Answer
  ) async throws -> Answer {
    do {
      return try await database.transaction { try await body(StoreScope(connection: $0)) }
    } catch let error as DatabaseError {
      throw StoreError.database(error)
    }
  }
}
