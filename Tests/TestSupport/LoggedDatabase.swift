public import Database
import Synchronization

/// A database that notes the text of each statement that is asked outside of transactions, in their order.
public final class LoggedDatabase: ForwardingDatabase {
  public let base: any Database
  private let log = Mutex<[String]>([])

  public init(_ base: any Database) { self.base = base }

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
}
