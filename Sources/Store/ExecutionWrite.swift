public import Database
public import Model

/// One statement of the execution ledger, to be committed together with others by
/// `Store.commit(_:)`.
///
/// Every write to something that an execution owns names the owner's exact term and the execution's
/// epoch (`Ownership`) and changes nothing when either is not the stored one any more.
public struct ExecutionWrite: Sendable, Hashable {
  let statement: Statement
  let locksRows: Bool

  /// Any statement that belongs into the same transaction, for example an output line.
  public init(_ statement: Statement) {
    self.statement = statement
    locksRows = false
  }

  init(_ sql: String, _ arguments: [DatabaseValue], locksRows: Bool = false) {
    statement = Statement(sql, arguments)
    self.locksRows = locksRows
  }

  func statement(for dialect: Dialect) -> Statement {
    guard locksRows else { return statement }
    return Statement("\(statement.sql) \(dialect.forUpdate)", statement.arguments)
  }
}

/// What an `ExecutionWrite` answered.
public struct ExecutionWriteAnswer: Sendable, Hashable {
  /// How many rows the write touched, or a lock found.
  public let rows: Int
  /// The first column of the first answered row, when it is a number.
  public let number: Int64?
}

/// Who owns an execution, as of when: what its writes name.
public struct Ownership: Sendable, Hashable {
  public let execution: ExecutionID
  public let term: Term
  public let epoch: Epoch

  public init(execution: ExecutionID, term: Term, epoch: Epoch) {
    self.execution = execution
    self.term = term
    self.epoch = epoch
  }

  /// The condition over table `execution AS e` for `arguments` at `$1` to `$4`.
  static let condition =
    "e.id = $1 AND e.owner_member = $2 AND e.owner_incarnation = $3 AND e.epoch = $4"

  var arguments: [DatabaseValue] {
    [
      .integer(execution.number), .text(term.member.text), .integer(term.incarnation),
      .integer(epoch.number),
    ]
  }
}

extension Store {
  /// Commits the writes in one transaction and one round trip, in their order.
  ///
  /// A write that its condition refused answers 0 rows; the others are committed all the same. When a
  /// write fails, none has happened.
  @discardableResult
  public func commit(
    _ writes: [ExecutionWrite]
  ) async throws(StoreError) -> [ExecutionWriteAnswer] {
    let dialect = database.dialect
    let results = try await ask.batch(writes.map { $0.statement(for: dialect) })
    return results.map { result in
      let number: Int64? =
        if case .integer(let number) = result.rows.first?.values.first { number } else { nil }
      return ExecutionWriteAnswer(rows: max(result.changes, result.rows.count), number: number)
    }
  }
}

extension StoreError {
  /// Whether the same commit may succeed later: the database was away, full or in a conflict, or two
  /// writers appended to one log at the same moment.
  public var mayPassInCommit: Bool {
    if case .database(let error) = self, error.code == .storage { return true }
    return isRetryable || isUniqueViolation
  }
}
