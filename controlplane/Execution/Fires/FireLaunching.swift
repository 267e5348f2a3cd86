public import Model

/// What the scheduler asks of whoever launches executions. `ExecutionConductor` is the one that acts.
public protocol FireLaunching: Sendable {
  /// Launches the runs of instants that fell due, together in as few commits as it takes. The answers
  /// are in the order of `fires`.
  ///
  /// The ledger's row of an instant and its execution are committed together: an instant has an
  /// execution or it has none, whatever dies. To ask again for an instant that has run answers with
  /// the execution that it has.
  func fire(_ fires: [DueFire]) async -> [FireAnswer]
}

/// An instant at which a schedule was due.
public struct DueFire: Sendable, Hashable {
  public let job: JobID
  public let project: String
  /// The schedule's version that the instant was expanded from.
  public let version: Int64
  public let dueAt: Instant

  public init(job: JobID, project: String, version: Int64, dueAt: Instant) {
    self.job = job
    self.project = project
    self.version = version
    self.dueAt = dueAt
  }
}

/// What became of a due instant.
public enum FireAnswer: Sendable, Hashable {
  /// It runs as this execution; the ledger says so.
  case ran(ExecutionID)
  /// An execution of the job goes on and the job allows one only. The ledger has
  /// `skipped(alreadyRunning)` for the instant already.
  case alreadyRunning(ExecutionID?)
  /// It cannot run, and nothing was written: the caller records `skipped` with this reason and detail.
  /// The reasons are `executionDisabled`, `projectExecutionsDisabled`, `passive`, `jobGone` and `invalid`.
  case refused(FireReason, detail: String?)
  /// Nothing was written: the schedule has another owner or version by now, this member's term has
  /// ended, or the instant has another outcome already. The caller looks at the store again.
  case stale
  /// Nobody knows yet: the database did not answer in time or the member stops. The same instant may
  /// be fired again; if it was recorded after all, that answers with its execution.
  case unavailable(String)
}
