public import Model
public import Store

/// What became of a request to end an execution: `abort` in Rundeck's answer.
public struct AbortAnswer: Sendable, Hashable {
  /// Rundeck's abort states.
  public enum State: String, Sendable, Hashable, Codable {
    /// The steps that run were told to end; the execution ends when they have.
    case pending
    /// The execution has ended.
    case aborted
    /// The request changed nothing; `reason` says why.
    case failed
  }

  public let state: State
  public let reason: String?
  /// The execution as it stands after the request.
  public let execution: ExecutionRecord

  public init(_ state: State, reason: String? = nil, execution: ExecutionRecord) {
    self.state = state
    self.reason = reason
    self.execution = execution
  }
}

/// Why a request to end an execution has no answer.
public enum AbortError: Error, Sendable, Hashable {
  /// There is no such execution. HTTP 404.
  case noExecution(ExecutionID)
  /// The database did not answer in time, or the member stops; the request may be sent again.
  case unavailable(String)
  /// A defect or damaged data.
  case failed(String)

  init(_ error: StoreError) {
    self = error.isRetryable ? .unavailable("\(error)") : .failed("\(error)")
  }
}
