public import Database

/// One step of the schema's history. A migration that was released never changes.
public struct Migration: Sendable {
  /// Its place in the history, from 1.
  public let version: Int
  /// The statements, in their order, for an engine.
  public let statements: @Sendable (Dialect) -> [String]

  /// A migration to `version`.
  public init(version: Int, statements: @escaping @Sendable (Dialect) -> [String]) {
    self.version = version
    self.statements = statements
  }

  /// The whole history.
  public static let all: [Migration] = [
    .first, .cluster, .records, .jobsInFull, .keyStorage, .userProfiles,
  ]
}
