import Glibc
import Model
import Spool

/// A step that the agent has a spool of: running, or ended and not yet stored by the control plane.
struct HeldStep {
  let assignment: AssignmentID
  let execution: ExecutionID
  var epoch: Epoch
  /// The spool. For a step that this agent started it is the very file description that the supervisor has, with
  /// the lock: the lock matters only to the agent's next life.
  let file: Int32
  /// The supervisor, or -1 when it is gone or not known yet.
  var supervisor: Int32 = -1
  /// The supervisor's process number when it is this agent's child and not collected yet, else 0.
  var child: pid_t = 0
  /// Where shipping goes on; always between two frames.
  var offset = Int64(SpoolFile.firstOffset)
  /// Whether nothing was shipped since this agent's start, so that the stored offset is not known.
  var isProbing = false
  var isInFlight = false
  var isDirty = false
  /// Whether the final frame is in the spool.
  var isFinal = false
  /// Whether the spool goes as soon as the supervisor has gone.
  var isUnwanted = false
  /// Whether it was started so recently that its first frames wait for each other.
  var isYoung = false
  /// A kill that waits until the supervisor is known, with its grace in milliseconds.
  var pendingKill: Int32?

  var size: Int64 {
    var status = stat()
    return fstat(file, &status) == 0 ? Int64(status.st_size) : 0
  }
}
