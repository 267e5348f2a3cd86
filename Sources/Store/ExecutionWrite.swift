public import Database
public import Model

/// One statement of the execution ledger, to be committed together with others by
/// `Store.commit(_:)`.
///
/// Every write to something that an execution owns names the owner's exact term and the execution's
/// epoch (`Ownership`) and changes nothing when either is not the stored one any more.
public struct ExecutionWrite: Sendable {
  private let text: @Sendable (Dialect) -> String
  private let arguments: [DatabaseValue]
  /// The term in whose name it is written, when it is of no use under a term that has ended: the commit
  /// locks that term's member before anything else, so that nobody ends the term meanwhile.
  let term: Term?

  /// Any statement that belongs into the same transaction, for example an output line.
  public init(_ statement: Statement) {
    self.init(statement.sql, statement.arguments)
  }

  init(_ sql: String, _ arguments: [DatabaseValue], locksRows: Bool = false) {
    self.init(arguments) { dialect in locksRows ? "\(sql) \(dialect.forUpdate)" : sql }
  }

  init(
    _ arguments: [DatabaseValue], inNameOf term: Term? = nil,
    _ text: @escaping @Sendable (Dialect) -> String
  ) {
    self.text = text
    self.arguments = arguments
    self.term = term
  }

  func statement(for dialect: Dialect) -> Statement { Statement(text(dialect), arguments) }
}

/// What an `ExecutionWrite` answered.
public struct ExecutionWriteAnswer: Sendable, Hashable {
  /// How many rows the write touched, or a lock found.
  public let rows: Int
  /// The first column of the first answered row, when it is a number.
  public let number: Int64?
  /// The due instants whose rows in the ledger the write touched.
  public let fires: Set<FireKey>

  init(_ result: StatementResult) throws(StoreError) {
    rows = max(result.changes, result.rows.count)
    number = if case .integer(let number) = result.rows.first?.values.first { number } else { nil }
    let isAboutFires = result.rows.first?.columns == ["job_id", "due_at"]
    fires = isAboutFires ? try FireKey.keys(of: result.rows) : []
  }
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
  ) async throws(StoreError) -> [ExecutionWriteAnswer] { try await ask.commit(writes) }
}

extension StoreScope {
  /// `Store.commit`; within a transaction the writes are part of it.
  @discardableResult
  public func commit(
    _ writes: [ExecutionWrite]
  ) async throws(StoreError) -> [ExecutionWriteAnswer] {
    let dialect = dialect
    let terms = Set(writes.compactMap(\.term)).sorted { $0.member.text < $1.member.text }
    let locks = terms.map { $0.lock(dialect.forKeyShare) }
    let results = try await batch(locks + writes.map { $0.statement(for: dialect) })
    var answers: [ExecutionWriteAnswer] = []
    for result in results.dropFirst(locks.count) {
      answers.append(try ExecutionWriteAnswer(result))
    }
    return answers
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
