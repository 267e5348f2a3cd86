/// Where an execution stands, in Rundeck's words (`status` of an execution in the API).
public enum ExecutionStatus: String, Sendable, Hashable, Codable, CaseIterable {
  case queued
  case scheduled
  case running
  case succeeded
  case failed
  case aborted
  case timedout
  case incomplete
  case failedWithRetry = "failed-with-retry"
  case other

  /// Whether nothing will change any more.
  public var isFinal: Bool {
    switch self {
    case .queued, .scheduled, .running: false
    case .succeeded, .failed, .aborted, .timedout, .incomplete, .failedWithRetry, .other: true
    }
  }
}

/// Where a step on a node, a step, or a workflow stands, in the words of Rundeck's state document.
public enum StepState: String, Sendable, Hashable, Codable, CaseIterable {
  case waiting = "WAITING"
  case running = "RUNNING"
  case succeeded = "SUCCEEDED"
  case failed = "FAILED"
  case aborted = "ABORTED"
  case notStarted = "NOT_STARTED"
  case runningHandler = "RUNNING_HANDLER"
  case nodePartialSucceeded = "NODE_PARTIAL_SUCCEEDED"
  case nodeMixed = "NODE_MIXED"

  /// Whether nothing will change any more.
  public var isFinal: Bool {
    switch self {
    case .waiting, .running, .runningHandler: false
    case .succeeded, .failed, .aborted, .notStarted, .nodePartialSucceeded, .nodeMixed: true
    }
  }
}
