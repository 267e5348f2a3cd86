import Model
import Store

/// An execution as the store has it, for whoever goes on with it.
struct UnfinishedExecution: Sendable {
  let owner: Ownership
  let record: ExecutionRecord
  let states: [StepStateRecord]
  let assignments: [AssignmentRecord]
  let nested: [NestedWorkflowRecord]
  /// Whether and where its output came to its limit.
  var reachedLogLimit: ReachedLogLimit?
  /// The nodes whose limit the log has a line about.
  var toldLogLimits: Set<String> = []
}

extension UnfinishedExecution {
  init(_ owner: Ownership, _ stored: StoredExecution) {
    self.init(
      owner: owner, record: stored.record, states: stored.states,
      assignments: stored.assignments, nested: stored.nested,
      reachedLogLimit: stored.reachedLogLimit, toldLogLimits: stored.toldLogLimits)
  }

  /// Whether its end was asked for and everything that is open was told to end.
  var isAborted: Bool {
    record.abortRequestedAt != nil
      && assignments.allSatisfy { $0.state == .ended || $0.killRequestedAt != nil }
  }

  /// Whether its job's time was over, and the log says so: some step ended by it, or what was open was told to end
  /// without anybody's wish and without a limit of its output.
  ///
  /// - Parameter isFull: its output came to a limit that ends it.
  func wasOutOfTime(unlessFull isFull: Bool) -> Bool {
    if assignments.contains(where: { $0.outcome == .timedOut }) { return true }
    return !isFull && record.abortRequestedAt == nil
      && assignments.contains { $0.killRequestedAt != nil }
  }

  /// The agents that run steps of it and are told nothing else about them now.
  var workingAgents: Set<AgentID> {
    Set(
      assignments.filter {
        $0.outcome == nil && $0.spoolOffset > 0 && $0.killRequestedAt == nil
      }.map(\.agent))
  }

  /// Who asked for an end that no owner has acted upon yet.
  var unheardAbort: String? {
    guard record.abortRequestedAt != nil, !isAborted else { return nil }
    return record.abortRequestedBy ?? "unknown"
  }
}
