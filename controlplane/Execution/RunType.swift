public import Store

/// Why an execution began, in Rundeck's words (`executionType` in the API).
public enum RunType: String, Sendable, Hashable, CaseIterable {
  /// Somebody asked for it.
  case user
  /// Its schedule fell due.
  case scheduled
  /// Somebody asked for it at a later time (`runAtTime`).
  case userScheduled = "user-scheduled"
}

extension ExecutionRecord {
  /// A schedule's instant is never recorded as later than the execution, the time that somebody asked for
  /// never as earlier.
  public var runType: RunType {
    guard let dueAt else { return .user }
    return dueAt <= createdAt ? .scheduled : .userScheduled
  }
}
