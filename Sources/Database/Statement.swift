/// One SQL statement with its arguments.
///
/// The text is written in the subset that PostgreSQL and SQLite share, with `$1`, `$2`, … for the
/// arguments. An engine whose own numbering differs rewrites them (SQLite numbers `$N` by first
/// appearance, so its engine sends `?N`). The arguments have the types they come with: BIGINT, DOUBLE
/// PRECISION, TEXT, BYTEA; a NULL's type follows from where it stands. A text that holds U+0000 is refused
/// by both engines, because PostgreSQL cannot store one.
public struct Statement: Sendable, Hashable {
  /// The SQL text; equal texts share one prepared statement per connection.
  public let sql: String
  /// The values for `$1`, `$2`, …, in that order.
  public let arguments: [DatabaseValue]

  public init(_ sql: String, _ arguments: [DatabaseValue] = []) {
    self.sql = sql
    self.arguments = arguments
  }
}

extension Statement {
  /// Throws `unstorableText` when an argument is a text that the engines refuse.
  public func checkTexts() throws(DatabaseError) {
    for case .text(let text) in arguments where text.utf8.contains(0) {
      throw DatabaseError(
        code: .unstorableText, message: "a text holds the character U+0000", sql: sql)
    }
  }
}
