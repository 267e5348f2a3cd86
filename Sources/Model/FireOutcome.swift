/// The one outcome of one instant at which a schedule was due.
public enum FireOutcome: Sendable, Hashable {
  /// It ran, as this execution.
  case ran(ExecutionID)
  /// It should have run and did not.
  case missed(FireReason)
  /// It was due and was rightly not run.
  case skipped(FireReason)
}

/// Why a due instant did not run.
public enum FireReason: String, Sendable, Hashable, Codable, CaseIterable {
  /// The job's `executionEnabled` is off.
  case executionDisabled
  /// The project's `project.disable.schedule`.
  case projectScheduleDisabled
  /// The project's `project.disable.executions`.
  case projectExecutionsDisabled
  /// No member that might have carried it begins runs.
  case passive
  /// The owner was told to drain.
  case draining
  /// An execution of the job was going on and `multipleExecutions` is off, or as many were as may be.
  case alreadyRunning
  /// A calendar excludes it.
  case calendar
  /// It was found later than the catch-up policy's window.
  case catchUpWindow
  /// A later instant of the same outage ran in its place (catch-up `latest`).
  case catchUpSuperseded
  /// The catch-up policy is `skip`.
  case catchUpSkip
  /// The run could not be launched; the detail says why.
  case invalid
  /// The job was deleted.
  case jobGone
}
