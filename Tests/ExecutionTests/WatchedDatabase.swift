import Database
import Synchronization
import TestSupport

/// A database whose traffic a test counts and interrupts.
final class WatchedDatabase: ForwardingDatabase {
  struct State {
    var batches = 0
    var statements = 0
    var singles = 0
    var failures = 0
    /// How many batches go well before that.
    var spared = 0
    /// Whether a failing batch is carried out all the same: its answer gets lost.
    var losesAnswers = false
    /// The next statement of its own that contains this fails as a lost connection does.
    var failing: String?
    /// How often transactions were in each other's way.
    var conflicts = 0
    var log: [String] = []
  }

  /// How many questions were asked: round trips outside of transactions.
  var asked: Int { state.withLock { $0.batches + $0.singles } }

  /// Each statement's text, in the order in which they were asked.
  var log: [String] { state.withLock { $0.log } }

  /// How many statements with that text were asked.
  func logged(_ text: String) -> Int {
    state.withLock { $0.log.count { $0.contains(text) } }
  }

  let state = Mutex(State())
  let base: any Database

  init(_ base: any Database) { self.base = base }

  /// Lets `count` batches fail as a lost connection does, after `spared` more that go well.
  func fail(_ count: Int, afterwards: Bool, after spared: Int = 0) {
    state.withLock { state in
      state.failures = count
      state.spared = spared
      state.losesAnswers = afterwards
    }
  }

  func run(_ statement: Statement) async throws(DatabaseError) -> StatementResult {
    let fails = state.withLock { state in
      state.singles += 1
      state.log.append(statement.sql)
      guard let text = state.failing, statement.sql.contains(text) else { return false }
      state.failing = nil
      return true
    }
    if fails { throw DatabaseError(code: .unavailable, message: "interrupted by the test") }
    return try await base.run(statement)
  }

  func batch(_ statements: [Statement]) async throws(DatabaseError) -> [StatementResult] {
    let (fails, loses) = state.withLock { state in
      state.batches += 1
      state.statements += statements.count
      state.log += statements.map(\.sql)
      if state.spared > 0 {
        state.spared -= 1
        return (false, false)
      }
      let fails = state.failures > 0
      if fails { state.failures -= 1 }
      return (fails, state.losesAnswers)
    }
    if fails {
      if loses { _ = try await base.batch(statements) }
      throw DatabaseError(code: .unavailable, message: "interrupted by the test")
    }
    do throws(DatabaseError) {
      return try await base.batch(statements)
    } catch {
      if error.code == .conflict { state.withLock { $0.conflicts += 1 } }
      throw error
    }
  }
}
