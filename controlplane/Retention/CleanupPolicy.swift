public import Model

/// When the history of a project is cleaned up and what stays: Rundeck's settings
/// `project.execution.history.cleanup.*`, with its defaults.
public struct CleanupPolicy: Sendable, Hashable {
  public var isEnabled = false
  /// How many days after its end an execution may be deleted.
  public var days: Int64 = 60
  /// How many executions of the project stay whatever their age.
  public var minimum: Int64 = 50
  /// How many executions one run deletes at most; the rest is the next one's.
  public var batch: Int64 = 500
  /// A Quartz expression: when it runs.
  public var crontab = "0 0 0 1/1 * ? *"

  public init() {}

  /// What ended before this may be deleted.
  public func cutoff(at now: Instant) -> Instant {
    now.advanced(by: .zero - .seconds(days * 86_400))
  }
}
