import Database
import Synchronization

/// One open transaction on a connection of its own. BEGIN goes out with the first statement.
final class PostgresTransaction: Queryable {
  private let connection: PostgresConnection
  private let mark = TransactionMark()
  private let fate = Mutex(TransactionFate())
  private let isUsed = Atomic(false)

  init(_ connection: PostgresConnection) { self.connection = connection }

  var dialect: Dialect { .postgreSQL }

  func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult {
    try await batch([statement])[0]
  }

  func batch(_ statements: [Statement]) async throws(DatabaseError) -> [StatementResult] {
    try check()
    guard !statements.isEmpty else { return [] }
    isUsed.store(true, ordering: .relaxed)
    do throws(DatabaseError) {
      for statement in statements { try statement.checkTexts() }
      return try await connection.perform(statements, in: mark)
    } catch {
      fate.withLock { $0.fail(error) }
      throw error
    }
  }

  func notify(channel: String, payload: String) async throws(DatabaseError) {
    _ = try await run(.notify(channel: channel, payload: payload))
  }

  /// Commits; a transaction that failed before throws that failure instead.
  func commit() async throws(DatabaseError) {
    try check()
    fate.withLock { $0.end() }
    guard isUsed.load(ordering: .relaxed) else { return }
    _ = try await connection.perform([Statement("COMMIT")], isCancellable: false)
  }

  /// Rolls back whatever was done. A connection that cannot even do that is broken and leaves the pool,
  /// and the server rolls back for it.
  func rollback() async {
    fate.withLock { $0.end() }
    guard isUsed.load(ordering: .relaxed), !connection.isBroken.load(ordering: .acquiring) else {
      return
    }
    do throws(DatabaseError) {
      _ = try await connection.perform([Statement("ROLLBACK")], isCancellable: false)
    } catch {
      connection.close(error)
    }
  }

  private func check() throws(DatabaseError) {
    let result = fate.withLock { fate in
      do throws(DatabaseError) {
        try fate.check()
        return Result<Void, DatabaseError>.success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}
