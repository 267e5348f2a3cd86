import Logging
import Model
import Wire

/// What has to be recorded in a spool, and could not.
enum PostponedCommand {
  case start(Assignment)
  case refuse(AssignmentID, ExecutionID, Epoch)

  var assignment: AssignmentID {
    switch self {
    case .start(let assignment): assignment.id
    case .refuse(let assignment, _, _): assignment
    }
  }
}

extension StepHost {
  /// Keeps a command until the spools' disk takes it. The step waits; the control plane hears nothing of it meanwhile, and may
  /// send it again or have it killed.
  func postpone(_ command: PostponedCommand, because reason: String) {
    let assignment = command.assignment
    logger.log(
      level: wasPostponed.insert(assignment).inserted ? .error : .debug,
      "a step waits: its spool cannot be made",
      metadata: ["assignment": "\(assignment)", "reason": "\(reason)"])
    postponed[assignment] = command
    postponement = reason
    keepBeating()
    search(for: assignment)
  }

  /// Tries a command again.
  func obey(_ command: PostponedCommand) {
    switch command {
    case .start(let assignment): accept(assignment)
    case .refuse(let assignment, let execution, let epoch):
      refuse(assignment, of: execution, epoch: epoch)
    }
    if postponed[command.assignment] == nil { wasPostponed.remove(command.assignment) }
  }
}
