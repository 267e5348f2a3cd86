import Database
import Synchronization

/// A database that counts the statements which are asked of it outside of transactions.
final class CountingDatabase: Database {
  private let base: any Database
  private let count = Mutex(0)

  init(_ base: any Database) { self.base = base }

  var dialect: Dialect { base.dialect }
  /// How many since it was asked last.
  func taken() -> Int {
    count.withLock { count in
      defer { count = 0 }
      return count
    }
  }

  func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult {
    count.withLock { $0 += 1 }
    return try await base.run(statement)
  }

  func batch(_ statements: [Statement]) async throws(DatabaseError) -> [StatementResult] {
    count.withLock { $0 += statements.count }
    return try await base.batch(statements)
  }

  func transaction<Result: Sendable>(
    _ body: @Sendable (any Queryable) async throws -> Result
  ) async throws -> Result { try await base.transaction(body) }

  func clock() async throws(DatabaseError) -> Int64 { try await base.clock() }

  func notify(channel: String, payload: String) async throws(DatabaseError) {
    try await base.notify(channel: channel, payload: payload)
  }

  func notifications(on channels: [String]) -> AsyncStream<DatabaseNotification> {
    base.notifications(on: channels)
  }

  func close() async { await base.close() }
}
