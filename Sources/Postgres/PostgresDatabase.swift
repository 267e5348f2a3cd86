public import Database
public import Logging

/// PostgreSQL through libpq: a pool of connections and a listener's one, all driven by one thread.
///
/// It connects when it is first asked. Connections that break leave the pool; the next statement makes
/// a new one.
public final class PostgresDatabase: Database {
  private let loop = EventLoop()
  private let pool: PostgresPool
  private let listener: PostgresListener

  /// A database at `address`.
  public init(
    _ address: PostgresAddress, configuration: PostgresConfiguration = PostgresConfiguration(),
    logger: Logger = Logger(label: "quarterdeck.postgres")
  ) {
    let connector = Connector(
      address: address, timeout: configuration.connectTimeout,
      applicationName: configuration.applicationName)
    pool = PostgresPool(connector, configuration, loop: loop)
    listener = PostgresListener(connector, loop: loop, logger: logger)
  }

  public var dialect: Dialect { .postgreSQL }

  @discardableResult
  public func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult {
    try await batch([statement])[0]
  }

  @discardableResult
  public func batch(_ statements: [Statement]) async throws(DatabaseError) -> [StatementResult] {
    guard !statements.isEmpty else { return [] }
    for statement in statements { try statement.checkTexts() }
    while true {
      let connection = try await pool.acquire()
      defer { pool.release(connection) }
      do throws(DatabaseError) {
        return try await connection.perform(statements)
      } catch {
        // It broke between the lending and the first byte: nothing was sent, so another one may be asked.
        guard error == .lostConnection else { throw error }
      }
    }
  }

  public func transaction<Result: Sendable>(
    _ body: @Sendable (any Queryable) async throws -> Result
  ) async throws -> Result {
    let connection = try await pool.acquire()
    defer { pool.release(connection) }
    let transaction = PostgresTransaction(connection)
    do {
      let result = try await body(transaction)
      try await transaction.commit()
      return result
    } catch {
      await transaction.rollback()
      throw error
    }
  }

  public func notify(channel: String, payload: String) async throws(DatabaseError) {
    _ = try await run(.notify(channel: channel, payload: payload))
  }

  public func notifications(on channels: [String]) -> AsyncStream<DatabaseNotification> {
    listener.subscribe(to: channels)
  }

  public func close() async {
    await listener.close()
    pool.close()
    loop.stop()
  }
}

extension Statement {
  static func notify(channel: String, payload: String) -> Statement {
    Statement("SELECT pg_notify($1, $2)", [.text(channel), .text(payload)])
  }
}
