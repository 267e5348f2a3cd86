public import Database

/// Where questions are asked: the database itself, or one open transaction. Each topic adds a
/// property of its own in its own file (`scope.jobs`, `scope.executions`, …).
public struct StoreScope: Sendable {
  /// What runs the statements.
  public let connection: any Queryable

  /// A scope over a database or an open transaction.
  public init(connection: any Queryable) { self.connection = connection }

  /// The engine's own pieces of SQL.
  public var dialect: Dialect { connection.dialect }

  /// Runs one statement with `$1`, `$2`, … in the order of `arguments`.
  @discardableResult
  public func run(
    _ sql: String, _ arguments: [DatabaseValue] = []
  ) async throws(StoreError) -> StatementResult {
    do throws(DatabaseError) {
      return try await connection.run(Statement(sql, arguments))
    } catch {
      throw .database(error)
    }
  }

  /// Runs the statements in one round trip; when one fails, none has happened. Within a transaction
  /// they are part of it.
  @discardableResult
  public func batch(_ statements: [Statement]) async throws(StoreError) -> [StatementResult] {
    do throws(DatabaseError) {
      return try await connection.batch(statements)
    } catch {
      throw .database(error)
    }
  }

  /// All rows of a query, decoded in their order.
  public func all<Value>(
    _ sql: String, _ arguments: [DatabaseValue] = [],
    as decode: (Row) throws(StoreError) -> Value
  ) async throws(StoreError) -> [Value] {
    let rows = try await run(sql, arguments).rows
    var values: [Value] = []
    values.reserveCapacity(rows.count)
    for row in rows { values.append(try decode(row)) }
    return values
  }

  /// The first row of a query, decoded, or nil when it has none.
  public func first<Value>(
    _ sql: String, _ arguments: [DatabaseValue] = [],
    as decode: (Row) throws(StoreError) -> Value
  ) async throws(StoreError) -> Value? {
    guard let row = try await run(sql, arguments).rows.first else { return nil }
    return try decode(row)
  }

  /// Tells all listeners of `channel`; within a transaction, when and only if it commits.
  public func notify(channel: String, payload: String) async throws(StoreError) {
    do throws(DatabaseError) {
      try await connection.notify(channel: channel, payload: payload)
    } catch {
      throw .database(error)
    }
  }
}
