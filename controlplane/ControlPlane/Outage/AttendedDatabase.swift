import Database
import Store

/// A database whose outages are noticed by its answers.
struct AttendedDatabase: Database {
  private let base: any Database
  private let outage: DatabaseOutage

  init(_ base: any Database, _ outage: DatabaseOutage) {
    self.base = base
    self.outage = outage
  }

  var dialect: Dialect { base.dialect }

  func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult {
    try await noting { () async throws(DatabaseError) in try await base.run(statement) }
  }

  func batch(_ statements: [Statement]) async throws(DatabaseError) -> [StatementResult] {
    try await noting { () async throws(DatabaseError) in try await base.batch(statements) }
  }

  func clock() async throws(DatabaseError) -> Int64 {
    try await noting { () async throws(DatabaseError) in try await base.clock() }
  }

  func notify(channel: String, payload: String) async throws(DatabaseError) {
    try await noting { () async throws(DatabaseError) in
      try await base.notify(channel: channel, payload: payload)
    }
  }

  func transaction<Result: Sendable>(
    _ body: @Sendable (any Queryable) async throws -> Result
  ) async throws -> Result {
    do {
      let result = try await base.transaction(body)
      outage.answered()
      return result
    } catch let error as DatabaseError {
      outage.failed(error)
      throw error
    } catch let error as StoreError {
      if case .database(let cause) = error { outage.failed(cause) }
      throw error
    }
  }

  func notifications(on channels: [String]) -> AsyncStream<DatabaseNotification> {
    base.notifications(on: channels)
  }

  func close() async { await base.close() }

  private func noting<Answer>(
    _ question: () async throws(DatabaseError) -> Answer
  ) async throws(DatabaseError) -> Answer {
    do throws(DatabaseError) {
      let answer = try await question()
      outage.answered()
      return answer
    } catch {
      outage.failed(error)
      throw error
    }
  }
}
