public import Model
import Store

/// Why a run was refused. Nothing was written, except where `unavailable` says otherwise.
public enum LaunchError: Error, Sendable, Hashable {
  /// There is no such job. HTTP 404.
  case noJob(JobID)
  /// There is no such project. HTTP 404.
  case noProject(String)
  /// The job's execution is disabled. HTTP 400 (RUN-23).
  case executionDisabled(JobID)
  /// Nothing of the project may run (`project.disable.executions`). HTTP 400.
  case projectDisabled(String)
  /// This member is in the passive execution mode and begins no run. HTTP 400.
  case passive
  /// The project's remote-execution policy finds no member that may carry it; the text says why. HTTP 503.
  case nobody(String)
  /// The options are not valid; one message for each of them, in the options' order. HTTP 400 (RUN-14).
  case invalidOptions([String])
  /// The node filter cannot be read; the message names the place. HTTP 400.
  case invalidFilter(String)
  /// The definition cannot be carried out; the message names the step or the field. HTTP 400.
  case unsupported(String)
  /// The job does not allow several executions and this one is running. HTTP 409
  /// (`api.error.execution.conflict`).
  case alreadyRunning(JobID, name: String, execution: ExecutionID?)
  /// The job does not allow so many executions at once, and as many wait for their turn as may. HTTP 409.
  case lineIsFull(JobID, name: String, limit: Int64)
  /// The member is stopping, or the database did not answer in time; the same request may succeed
  /// later. HTTP 503. When the database went away in the moment of the commit, the run may have been
  /// recorded all the same, and then it is carried out; the text says so.
  case unavailable(String)
  /// A defect or damaged data; the error says which. HTTP 500.
  case failed(String)

  /// Whether the same request may succeed when it is sent again.
  public var isRetryable: Bool {
    switch self {
    case .unavailable, .nobody: true
    default: false
    }
  }
}

extension LaunchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noJob(let id): "Job ID does not exist: \(id)"
    case .noProject(let name): "Project does not exist: \(name)"
    case .executionDisabled(let id): "Execution is disabled for job \(id)"
    case .projectDisabled(let project): "Executions are disabled for project \(project)"
    case .passive: "Executions are disabled: this member is in the passive execution mode"
    case .nobody(let reason): "No member can carry the execution: \(reason)"
    case .invalidOptions(let messages):
      "Job options were not valid: " + messages.joined(separator: "; ")
    case .invalidFilter(let message): "The node filter is not valid: \(message)"
    case .unsupported(let message): message
    case .alreadyRunning(let id, let name, let execution):
      "Job \"\(name)\" (\(id)) is already running\(execution.map { " as execution \($0)" } ?? "")"
    case .lineIsFull(let id, let name, let limit):
      "Job \"\(name)\" (\(id)) is already running, and \(limit) of its executions wait for their turn, "
        + "which are as many as may"
    case .unavailable(let message): "Not available: \(message)"
    case .failed(let message): message
    }
  }

  init(_ error: StoreError) {
    self = error.isRetryable ? .unavailable("\(error)") : .failed("\(error)")
  }
}
