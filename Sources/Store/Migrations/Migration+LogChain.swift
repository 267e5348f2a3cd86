import Database

extension Migration {
  /// Chunks that are chained to each other.
  static func logChain(_ dialect: Dialect) -> [String] { [] }
}
