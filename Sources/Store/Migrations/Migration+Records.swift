import Database

extension Migration {
  /// Version 3: logs that prove themselves, log storage, agents that say how they are, and a long history.
  static let records = Migration(version: 3) { dialect in
    agentConditions + logChain(dialect) + logStorage(dialect) + longHistory(dialect)
      + capture
  }
}
