public import Model

/// What AgentGateway tells Execution after its own transaction has committed. A repeated event is
/// harmless.
public enum AssignmentEvent: Sendable, Hashable {
  /// The assignment was written to its agent's stream, because the agent connected. From here on the
  /// agent may start it at any time.
  case pushed(AssignmentID, ExecutionID)
  /// The agent reported that the step's process started.
  case started(AssignmentID, ExecutionID, at: Instant)
  /// The agent reported that the step was killed and that these processes of it, by number and joined by
  /// blanks, are still there all the same. Nothing has ended: `ended` comes once they are gone.
  case unconfirmed(AssignmentID, ExecutionID, processes: String, at: Instant)
  /// The agent reported how the step ended.
  case ended(AssignmentID, ExecutionID, AssignmentOutcome, at: Instant)
  /// The execution's output has come to its job's log limit: that of a node when one is named.
  case logLimitReached(ExecutionID, node: String?, at: Instant)

  /// The execution that it is about.
  public var execution: ExecutionID {
    switch self {
    case .pushed(_, let id), .started(_, let id, _), .unconfirmed(_, let id, _, _),
      .ended(_, let id, _, _), .logLimitReached(let id, _, _):
      id
    }
  }
}
