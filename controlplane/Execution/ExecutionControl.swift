public import Model
public import Store

/// What the API asks of the member's executions. `ExecutionConductor` is the one that acts.
public protocol ExecutionControl: Sendable {
  /// Validates the request, picks the nodes and commits the execution; its first steps are on their
  /// way when this returns. Nothing is written when it throws (but see `LaunchError.unavailable`).
  func launch(_ request: RunRequest) async throws(LaunchError) -> ExecutionRecord

  /// Asks for the end of an execution on behalf of `user`.
  func abort(_ id: ExecutionID, by user: String) async throws(AbortError) -> AbortAnswer

  /// Ends an execution as `incomplete` at once on behalf of `user` (Rundeck's `forceIncomplete`),
  /// whichever member carries it and whether its agents answer or not. What runs is told to end, now
  /// or when its agent connects; whatever the agents report later changes neither status nor states.
  func endIncomplete(_ id: ExecutionID, by user: String) async throws(AbortError) -> AbortAnswer

  /// Returns the execution once it has ended, at once when it has already; nil when there is none.
  /// Throws `CancellationError` when the waiting task is cancelled.
  func waitUntilEnded(_ id: ExecutionID) async throws -> ExecutionRecord?
}
