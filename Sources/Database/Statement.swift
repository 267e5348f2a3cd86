/// One SQL statement with its arguments.
///
/// The text is written in the subset that PostgreSQL and SQLite share, with `$1`, `$2`, … for the
/// arguments. An engine whose own numbering differs rewrites them (SQLite numbers `$N` by first
/// appearance, so its engine sends `?N`). The arguments have the types they come with: BIGINT, DOUBLE
/// PRECISION, TEXT, BYTEA; a NULL's type follows from where it stands.
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
