extension Migration {
  /// What agents say of themselves: how they are, and how long they may be silent (microseconds, NULL: as configured).
  static let agentConditions: [String] = [
    "ALTER TABLE agent ADD COLUMN condition TEXT NULL",
    "ALTER TABLE agent ADD COLUMN condition_at BIGINT NULL",
    "ALTER TABLE agent ADD COLUMN away_after BIGINT NULL",
    "ALTER TABLE agent ADD COLUMN lost_after BIGINT NULL",
  ]
}
