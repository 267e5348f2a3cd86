public import Database
public import Model

/// Why a question to the store has no answer.
public enum StoreError: Error, Sendable, Hashable {
  /// The engine failed; `isRetryable` says whether the same work may succeed later.
  case database(DatabaseError)
  /// The database's schema has version `found`, and this program knows versions up to `known` only.
  case newerSchema(found: Int, known: Int)
  /// A stored value is not what its column may hold. `table` is nil where the reader cannot know it.
  case corrupt(table: String?, column: String, value: String)
  /// A write named a term that has ended, so nothing was written. `subject` says what it was about.
  case staleTerm(subject: String, term: Term)
  /// There is no such thing: `kind` is its kind ("project"), `key` what it was looked up by.
  case notFound(kind: String, key: String)
  /// Another process is alive with the UUID that this one wanted to register.
  indirect case memberAlive(MemberRecord)

  /// Whether the same work may succeed when it is tried again.
  public var isRetryable: Bool {
    switch self {
    case .database(let error): error.isRetryable
    case .newerSchema, .corrupt, .staleTerm, .notFound, .memberAlive: false
    }
  }

  /// Whether a UNIQUE or PRIMARY KEY constraint refused the row.
  public var isUniqueViolation: Bool {
    if case .database(let error) = self { error.code == .uniqueViolation } else { false }
  }

  /// Whether a text was given that no column can hold.
  public var isUnstorableText: Bool {
    if case .database(let error) = self { error.code == .unstorableText } else { false }
  }
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .database(let error):
      "database: \(error)"
    case .newerSchema(let found, let known):
      "the database's schema has version \(found), newer than version \(known), the newest that "
        + "this program knows; start a newer program"
    case .corrupt(let table, let column, let value):
      "column \(table.map { "\($0)." } ?? "")\(column) holds \(value), which it may not"
    case .staleTerm(let subject, let term):
      "the term \(term) has ended, \(subject) was not written"
    case .notFound(let kind, let key):
      "there is no \(kind) \(key)"
    case .memberAlive(let twin):
      "another process is alive as the member \(twin.id): \(twin.name) at \(twin.url) on host "
        + "\(twin.hostname); each member needs a UUID of its own"
    }
  }
}
