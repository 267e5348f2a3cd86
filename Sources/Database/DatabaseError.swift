/// Why a statement, a transaction or a connection failed.
public struct DatabaseError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure, as far as a caller may act on it.
  public enum Code: Sendable, Hashable {
    /// There is no connection and none could be made, or it broke under the statement. Whether a
    /// statement in flight took effect is not known.
    case unavailable
    /// Another transaction was in the way (serialization failure, deadlock, `SQLITE_BUSY`).
    case conflict
    /// A UNIQUE or PRIMARY KEY constraint refused the row.
    case uniqueViolation
    /// Another constraint (foreign key, NOT NULL, CHECK) refused the row.
    case constraintViolation
    /// The disk is full or the database is read-only.
    case storage
    /// The statement took longer than it may.
    case timeout
    /// The task that asked was cancelled.
    case cancelled
    /// The database was closed by its owner.
    case closed
    /// A text argument holds U+0000, which not every engine can store: whoever gave it must be told.
    case unstorableText
    /// The SQL or its use is wrong: a defect of the program.
    case programming
  }

  public let code: Code
  /// The engine's own code: an SQLSTATE, or an SQLite result code's name.
  public let engineCode: String?
  /// What the engine said.
  public let message: String
  /// The SQL text that failed, without its arguments.
  public let sql: String?

  /// An error of that code.
  public init(code: Code, engineCode: String? = nil, message: String, sql: String? = nil) {
    self.code = code
    self.engineCode = engineCode
    self.message = message
    self.sql = sql
  }

  /// Whether the same work may succeed when it is tried again.
  public var isRetryable: Bool {
    switch code {
    case .unavailable, .conflict, .timeout: true
    case .uniqueViolation, .constraintViolation, .storage, .cancelled, .closed, .unstorableText,
      .programming:
      false
    }
  }

  public var description: String {
    let engine = engineCode.map { " (\($0))" } ?? ""
    let statement = sql.map { " in: \($0)" } ?? ""
    return "\(code)\(engine): \(message)\(statement)"
  }
}
