/// Something that answers SQL: a database (each statement on its own) or an open transaction.
///
/// The two engines answer alike: once a statement failed in a transaction, the transaction answers
/// nothing more and can only be rolled back. A cancelled task's statement fails with
/// `DatabaseError.Code.cancelled`; whether it took effect outside a transaction is not known.
public protocol Queryable: Sendable {
  /// What differs between the engines, for whoever writes SQL.
  var dialect: Dialect { get }

  /// Runs one statement.
  @discardableResult
  func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult

  /// Runs the statements in one round trip (libpq's pipeline mode on PostgreSQL, one hop to the
  /// writer on SQLite) and answers each, in their order.
  ///
  /// On a database they are a transaction of their own: when one fails, none has happened. In an open
  /// transaction they are part of it, and when one fails the transaction can only be rolled back.
  @discardableResult
  func batch(_ statements: [Statement]) async throws(DatabaseError) -> [StatementResult]

  /// Sends `payload` (at most 7,900 bytes) to all listeners of `channel`, on every member. Within a
  /// transaction it is delivered when, and only if, the transaction commits.
  func notify(channel: String, payload: String) async throws(DatabaseError)
}

/// One of the two engines: PostgreSQL through libpq, or SQLite through GRDB.
///
/// A failure carries whether the same work may succeed when it is tried again
/// (`DatabaseError.isRetryable`); a database that restarts fails the statements in flight and serves
/// the next ones on new connections.
public protocol Database: Queryable {
  /// Runs `body` in one transaction: committed when it returns, rolled back when it throws.
  ///
  /// On SQLite the transaction is the writer (`BEGIN IMMEDIATE`); on PostgreSQL it is READ COMMITTED.
  func transaction<Result: Sendable>(
    _ body: @Sendable (any Queryable) async throws -> Result
  ) async throws -> Result

  /// The database's own clock: microseconds since 1970 in UTC.
  func clock() async throws(DatabaseError) -> Int64

  /// What is sent to the channels. The stream delivers `.reconnected` whenever listening has begun:
  /// first of all, and again after each lost connection, over which it goes on by itself. Whatever was
  /// sent before is not delivered, so the listener must look for itself then.
  func notifications(on channels: [String]) -> AsyncStream<DatabaseNotification>

  /// Closes all connections; statements in flight fail.
  func close() async
}

/// What a listener of `Database.notifications(on:)` gets.
public enum DatabaseNotification: Sendable, Hashable {
  case message(channel: String, payload: String)
  case reconnected
}

extension Database {
  /// Asks with one statement, which `dialect.now` makes.
  public func clock() async throws(DatabaseError) -> Int64 {
    let answer = try await run(Statement("SELECT \(dialect.now)"))
    guard case .integer(let microseconds)? = answer.rows.first?.values.first else {
      throw DatabaseError(code: .programming, message: "the clock did not answer a number")
    }
    return microseconds
  }
}
