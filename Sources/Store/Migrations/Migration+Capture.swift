extension Migration {
  /// What steps captured for later steps, what outlived a kill, and the log limits of executions.
  static let capture = [
    // JSON {name: value}: what the step's output gave for later steps.
    "ALTER TABLE step_state ADD COLUMN data TEXT NULL",
    // The processes that were there after the step was killed, by number.
    "ALTER TABLE assignment ADD COLUMN survivors TEXT NULL",
    // A `JobLogLimit` as text, written when the execution is inserted; NULL without a limit.
    "ALTER TABLE execution ADD COLUMN log_limit TEXT NULL",
    // When the log came to its limit, and of which node: "microseconds node", without a node when all
    // of it was too much. NULL before.
    "ALTER TABLE execution ADD COLUMN log_limit_reached TEXT NULL",
  ]
}
