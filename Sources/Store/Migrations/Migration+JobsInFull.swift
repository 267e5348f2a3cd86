import Database

extension Migration {
  /// Version 4: what Rundeck's job model in full needs.
  static let jobsInFull = Migration(version: 4) { dialect in
    notifications(dialect) + nestedWorkflows(dialect) + executionLife + optionFiles(dialect)
  }
}
