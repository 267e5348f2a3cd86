/// The pieces of SQL in which the engines differ, to be spliced into a statement's text.
public struct Dialect: Sendable, Hashable {
  /// The engine's name, for logs and messages only: `postgresql` or `sqlite`.
  public let name: String
  /// The type of a primary-key column that numbers itself.
  public let identityColumn: String
  /// The type of a column of bytes.
  public let blobType: String
  /// An expression for the database's clock: microseconds since 1970 in UTC.
  public let now: String
  /// What a SELECT ends with to lock its rows and pass over those locked by others.
  public let skipLocked: String
  /// What a SELECT ends with to lock its rows.
  public let forUpdate: String

  public init(
    name: String, identityColumn: String, blobType: String, now: String, skipLocked: String,
    forUpdate: String
  ) {
    self.name = name
    self.identityColumn = identityColumn
    self.blobType = blobType
    self.now = now
    self.skipLocked = skipLocked
    self.forUpdate = forUpdate
  }
}
