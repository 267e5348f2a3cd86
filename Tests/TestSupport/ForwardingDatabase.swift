public import Database

/// A database that hands everything on to another one, but for what it does itself.
public protocol ForwardingDatabase: Database {
  var base: any Database { get }
}

extension ForwardingDatabase {
  public var dialect: Dialect { base.dialect }

  public func batch(_ statements: [Statement]) async throws(DatabaseError) -> [StatementResult] {
    try await base.batch(statements)
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
