public import Model

/// Whether a due instant is launched. Decides, does nothing.
///
/// Whether the job's own executions are enabled, and whether one of them goes on, is decided where the run
/// is committed, in the same transaction; a job whose switch is known beforehand is not asked for at all.
public enum FireDecider {
  /// What becomes of an instant that is due.
  public enum Verdict: Sendable, Hashable {
    /// It is handed to whoever launches.
    case launch
    /// It has this outcome, without a run.
    case skip(FireReason)
  }

  /// The verdict on an instant of the project's job. Of several reasons not to run, the widest one is named:
  /// the member's, then the project's, then the job's.
  public static func verdict(
    for project: String, executionEnabled: Bool = true, facts: FireFacts
  ) -> Verdict {
    if facts.isDraining { return .skip(.draining) }
    if facts.mode == .passive { return .skip(.passive) }
    if facts.schedulesDisabled.contains(project) { return .skip(.projectScheduleDisabled) }
    if facts.executionsDisabled.contains(project) { return .skip(.projectExecutionsDisabled) }
    return executionEnabled ? .launch : .skip(.executionDisabled)
  }
}

/// What a member knows when an instant falls due.
public struct FireFacts: Sendable, Hashable {
  /// Whether some member begins runs that are due here.
  public var mode: ExecutionMode
  /// Whether this member was told to drain.
  public var isDraining: Bool
  /// The projects with `project.disable.schedule`.
  public var schedulesDisabled: Set<String>
  /// The projects with `project.disable.executions`.
  public var executionsDisabled: Set<String>

  public init(
    mode: ExecutionMode = .active, isDraining: Bool = false, schedulesDisabled: Set<String> = [],
    executionsDisabled: Set<String> = []
  ) {
    self.mode = mode
    self.isDraining = isDraining
    self.schedulesDisabled = schedulesDisabled
    self.executionsDisabled = executionsDisabled
  }
}
