public import Database
import Synchronization

/// A database that notes the text of each statement that is asked outside of transactions, in their order.
public final class LoggedDatabase: Database {
  private let base: any Database
  private let log = Mutex<[String]>([])

  public init(_ base: any Database) { self.base = base }

  public var dialect: Dialect { base.dialect }

  /// The texts of the statements so far.
  public var statements: [String] { log.withLock { $0 } }

  public func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult {
    log.withLock { $0.append(statement.sql) }
    return try await base.run(statement)
  }

  public func batch(_ statements: [Statement]) async throws(DatabaseError) -> [StatementResult] {
    log.withLock { $0 += statements.map(\.sql) }
    return try await base.batch(statements)
  }

  public func transaction<Result: Sendable>(
    _ body: @Sendable (any Queryable) async throws -> Result
  ) async throws -> Result { try await base.transaction(body) }

  public func clock() async throws(DatabaseError) -> Int64 { try await base.clock() }

  public func notify(channel: String, payload: String) async throws(DatabaseError) {
    try await base.notify(channel: channel, payload: payload)
  }

  public func notifications(on channels: [String]) -> AsyncStream<DatabaseNotification> {
    base.notifications(on: channels)
  }

  public func close() async { await base.close() }
}
