public import Model

/// What AgentGateway tells Execution after its own transaction has committed. A repeated event is
/// harmless.
public enum AssignmentEvent: Sendable, Hashable {
  /// The assignment was written to its agent's stream, because the agent connected. From here on the
  /// agent may start it at any time.
  case pushed(AssignmentID, ExecutionID)
  /// The agent reported that the step's process started.
  case started(AssignmentID, ExecutionID, at: Instant)
  /// The agent reported how the step ended.
  case ended(AssignmentID, ExecutionID, AssignmentOutcome, at: Instant)

  /// The execution that it is about.
  public var execution: ExecutionID {
    switch self {
    case .pushed(_, let id), .started(_, let id, _), .ended(_, let id, _, _): id
    }
  }

  /// The assignment that it is about.
  public var assignment: AssignmentID {
    switch self {
    case .pushed(let id, _), .started(let id, _, _), .ended(let id, _, _, _): id
    }
  }
}
