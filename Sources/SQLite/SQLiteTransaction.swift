import Database
import GRDB
import Synchronization

/// One open transaction on the writer. BEGIN IMMEDIATE travels with the first statement.
final class SQLiteTransaction: Queryable {
  private let engine: SQLiteEngine
  private let fate = Mutex(TransactionFate())
  private let pending = Mutex<[(channel: String, payload: String)]>([])
  private let isUsed = Atomic(false)

  init(_ engine: SQLiteEngine) { self.engine = engine }

  var dialect: Dialect { .sqlite }

  func run(_ statement: Question) async throws(Failure) -> Answer {
    try await batch([statement])[0]
  }

  func batch(_ statements: [Question]) async throws(Failure) -> [Answer] {
    try check()
    guard !statements.isEmpty else { return [] }
    isUsed.store(true, ordering: .relaxed)
    let items = statements.map { ($0, engine.text($0)) }
    do throws(Failure) {
      for statement in statements { try statement.checkTexts() }
      return try await engine.write { database throws(Failure) in
        if !database.isInsideTransaction { try database.begin() }
        return try database.answers(items)
      }
    } catch {
      fate.withLock { $0.fail(error) }
      throw error
    }
  }

  func notify(channel: String, payload: String) async throws(Failure) {
    try check()
    pending.withLock { $0.append((channel, payload)) }
  }

  /// Commits and answers the notifications to deliver; a transaction that failed before throws that
  /// failure instead.
  func commit() async throws(Failure) -> [(channel: String, payload: String)] {
    try check()
    fate.withLock { $0.end() }
    if isUsed.load(ordering: .relaxed) {
      try await engine.writeToEnd { database throws(Failure) in try database.commitOrFail() }
    }
    return pending.withLock { $0 }
  }

  /// Rolls back whatever was done.
  func rollback() async {
    fate.withLock { $0.end() }
    guard isUsed.load(ordering: .relaxed) else { return }
    try? await engine.writeToEnd { database throws(Failure) in database.rollbackIfOpen() }
  }

  private func check() throws(Failure) {
    let result = fate.withLock { fate in
      Result<Void, Failure>(catching: { () throws(Failure) in try fate.check() })
    }
    try result.get()
  }
}
