public import Model

/// What happened to an execution that its job may want told, in the words that Rundeck has for the trigger.
public enum NotificationEvent: String, Sendable, Hashable, CaseIterable {
  /// It began to run.
  case start
  case success
  /// It ended in any other way.
  case failure
  /// It takes longer than it does on average, or than the job's threshold.
  case averageDuration = "avgduration"
  /// It failed and is tried again.
  case retryableFailure = "retryablefailure"

  /// The key in a job's definition.
  public var key: String { "on\(rawValue)" }

  /// The event that an execution's end is; nil for a status that is no end.
  public init?(end status: ExecutionStatus) {
    switch status {
    case .queued, .scheduled, .running: return nil
    case .succeeded: self = .success
    case .failedWithRetry: self = .retryableFailure
    case .failed, .aborted, .timedout, .incomplete, .other: self = .failure
    }
  }

  /// The event in one or two words, for a mail's subject; `status` is the execution's.
  public func words(status: String) -> String {
    switch self {
    case .start: "STARTING"
    case .success: "SUCCESS"
    case .failure: Self.failure(status)
    case .averageDuration: "AVERAGE DURATION EXCEEDED"
    case .retryableFailure: "FAILURE, WILL BE RETRIED"
    }
  }

  private static func failure(_ status: String) -> String {
    switch status {
    case "aborted": "KILLED"
    case "timedout": "TIMED OUT"
    case "missed": "MISSED"
    default: "FAILURE"
    }
  }
}
