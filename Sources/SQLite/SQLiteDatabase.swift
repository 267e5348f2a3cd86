public import Database

/// SQLite through GRDB: one file in WAL mode. Writers take turns, readers go on beside them.
///
/// Notifications stay within the process, which is all that has the file open in a cluster of one.
public final class SQLiteDatabase: Database {
  private let engine: SQLiteEngine
  private let writer = WriterLock()
  private let notifications = SQLiteNotifications()

  /// Opens or creates the file at `path`. Throws what opening failed with.
  public init(
    path: String, configuration: SQLiteConfiguration = SQLiteConfiguration()
  ) throws(DatabaseError) {
    engine = try SQLiteEngine(path: path, configuration)
  }

  public var dialect: Dialect { .sqlite }

  @discardableResult
  public func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult {
    try statement.checkTexts()
    let text = engine.text(statement)
    if text.kind == .query {
      return try await engine.read { database throws(DatabaseError) in
        try database.answer(statement, text)
      }
    }
    try await writer.lock()
    defer { writer.unlock() }
    return try await engine.write { database throws(DatabaseError) in
      try database.answer(statement, text)
    }
  }

  @discardableResult
  public func batch(_ statements: [Statement]) async throws(DatabaseError) -> [StatementResult] {
    guard !statements.isEmpty else { return [] }
    for statement in statements { try statement.checkTexts() }
    let items = statements.map { ($0, engine.text($0)) }
    try await writer.lock()
    defer { writer.unlock() }
    return try await engine.write { database throws(DatabaseError) in
      try database.answerAtomically(items)
    }
  }

  public func transaction<Result: Sendable>(
    _ body: @Sendable (any Queryable) async throws -> Result
  ) async throws -> Result {
    try await writer.lock()
    defer { writer.unlock() }
    let transaction = SQLiteTransaction(engine)
    do {
      let result = try await body(transaction)
      for (channel, payload) in try await transaction.commit() {
        notifications.deliver(channel, payload)
      }
      return result
    } catch {
      await transaction.rollback()
      throw error
    }
  }

  public func notify(channel: String, payload: String) async throws(DatabaseError) {
    notifications.deliver(channel, payload)
  }

  public func notifications(on channels: [String]) -> AsyncStream<DatabaseNotification> {
    notifications.subscribe(to: channels)
  }

  public func close() async {
    notifications.close()
    await engine.close()
  }
}
