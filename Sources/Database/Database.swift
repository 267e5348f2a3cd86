/// Something that answers SQL: a database (each statement on its own) or an open transaction.
public protocol Queryable: Sendable {
  /// What differs between the engines, for whoever writes SQL.
  var dialect: Dialect { get }

  /// Runs one statement.
  @discardableResult
  func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult
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

  /// Runs the statements in one transaction and one round trip (libpq's pipeline mode on PostgreSQL).
  /// When one fails, none has happened.
  func batch(_ statements: [Statement]) async throws(DatabaseError) -> [StatementResult]

  /// The database's own clock: microseconds since 1970 in UTC.
  func clock() async throws(DatabaseError) -> Int64

  /// Sends `payload` (at most 7,900 bytes) to all listeners of `channel`, on every member.
  func notify(channel: String, payload: String) async throws(DatabaseError)

  /// What is sent to the channels from now on. After a lost connection the stream goes on by itself
  /// and first delivers `.reconnected`: whatever was sent in between is lost, so the listener must
  /// look for itself.
  func notifications(on channels: [String]) -> AsyncStream<DatabaseNotification>

  /// Closes all connections; statements in flight fail.
  func close() async
}

/// What a listener of `Database.notifications(on:)` gets.
public enum DatabaseNotification: Sendable, Hashable {
  case message(channel: String, payload: String)
  case reconnected
}
