/// How a workflow ends that a step halted (Rundeck's flow control).
public enum Halt: Sendable, Hashable, Codable {
  case succeeded
  case failed
  /// With a status of the job's own. For a workflow around this one that is a failure.
  case custom(status: String)
}
