extension Migration {
  /// What agents say of themselves.
  static let agentConditions: [String] = []
}
