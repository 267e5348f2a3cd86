/// How an assignment ended: what became of one attempt of one step on one node.
public enum AssignmentOutcome: Sendable, Hashable, Codable {
  /// The step's process ended by itself with this exit status.
  case exited(code: Int32)
  /// A signal that nobody here asked for ended the step's process.
  case signalled(signal: Int32)
  /// The step was killed on request, and its whole process tree is proven to be gone.
  case killed
  /// The step took longer than it may and was killed for it.
  case timedOut
  /// The step took more of its host than it may and was ended for it; the text says of what, and how
  /// much it may have: "memory limit of 512 MiB".
  case limitExceeded(String)
  /// Nobody can know how the step ended, or whether it started. It is never started again by guess.
  case lost(reason: String)
  /// The step's process was certainly never started.
  case notStarted(message: String)

  /// Whether the step did what it was asked to.
  public var isSuccess: Bool { self == .exited(code: 0) }

  /// The exit status, when the process ended by itself.
  public var exitCode: Int32? {
    if case .exited(let code) = self { code } else { nil }
  }

  /// Why the step failed, in Rundeck's words where it has them ("Failed: NonZeroResultCode: …");
  /// nil when it succeeded.
  public var failure: String? {
    switch self {
    case .exited(0): nil
    case .exited(let code): "NonZeroResultCode: Result code was \(code)"
    case .signalled(let signal): "NonZeroResultCode: Ended by signal \(signal)"
    case .killed: "Interrupted: Killed on request"
    case .timedOut: "Timeout: The step took longer than it may"
    case .limitExceeded(let limit): "LimitExceeded: The step went over its \(limit)"
    case .lost(let reason): "Lost: \(reason)"
    case .notStarted(let message): "NotStarted: \(message)"
    }
  }
}
