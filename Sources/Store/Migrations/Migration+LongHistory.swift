import Database

extension Migration {
  /// Indexes for millions of executions.
  static func longHistory(_ dialect: Dialect) -> [String] { [] }
}
