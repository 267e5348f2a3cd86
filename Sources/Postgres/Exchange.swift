import Database
import Synchronization

/// One round trip on a connection: some statements, sent together, and what they answer.
final class Exchange: @unchecked Sendable {
  // @unchecked: `cancelled` is atomic, the rest is touched on the loop's thread only once handed over.

  /// What the server answers next, in the order of sending.
  enum Expected {
    case prepared(PreparedStatements.Key)
    /// A statement of the caller's, by its index.
    case answer(Int)
    /// A statement of the connection's own (BEGIN, DEALLOCATE).
    case acknowledgement
  }

  let statements: [Statement]
  let transaction: TransactionMark?
  let isCancelled = Atomic(false)
  var expected: [Expected] = []
  var position = 0
  var results: [StatementResult] = []
  var failure: DatabaseError?
  private var completion: ((Result<[StatementResult], DatabaseError>) -> Void)?

  init(
    _ statements: [Statement], in transaction: TransactionMark?,
    _ completion: @escaping @Sendable (Result<[StatementResult], DatabaseError>) -> Void
  ) {
    self.statements = statements
    self.transaction = transaction
    self.completion = completion
    results.reserveCapacity(statements.count)
  }

  /// Answers the caller, once; later calls do nothing.
  func finish(_ result: Result<[StatementResult], DatabaseError>) {
    completion?(result)
    completion = nil
  }
}

/// Whether a transaction's BEGIN was sent; it travels with the first statement.
final class TransactionMark: @unchecked Sendable {
  // @unchecked: touched on the loop's thread only.
  var begun = false
}
