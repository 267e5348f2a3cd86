import Model
import Store
import WorkflowEngine

extension CarriedExecution {
  /// Starts nothing any more and tells everything that is open to end.
  mutating func abort(
    by user: String, at instant: Instant, transition: inout Transition
  ) throws(StoreError) {
    guard !machine.isAborted else { return }
    machine.abort()
    record.abortRequestedAt = instant
    record.abortRequestedBy = user
    transition.writes.append(.requestAbort(by: user, at: instant, of: ownership))
    try endOpen(at: instant, transition: &transition)
  }

  /// Ends the execution as incomplete now, whatever its agents do: what runs is told to end, and
  /// nobody waits for it.
  mutating func endIncomplete(
    by user: String, at instant: Instant, transition: inout Transition
  ) throws(StoreError) {
    guard transition.verdict == nil else { return }
    try abort(by: user, at: instant, transition: &transition)
    tellIncomplete(transition: &transition)
    let verdict = WorkflowMachine.Verdict(
      status: .incomplete, reason: ForcedEnd.reason(askedBy: user))
    transition.writes.append(
      .closeStates(reason: ForcedEnd.stepReason, at: instant, by: ownership))
    transition.lines.append(ForcedEnd.line(id, ForcedEnd.reason(askedBy: user), at: instant))
    record.status = verdict.status
    record.endReason = verdict.reason
    record.endedAt = instant
    transition.verdict = verdict
    transition.endedAt = instant
  }
}

/// What an execution says that ends as incomplete before its steps have.
enum ForcedEnd {
  static let stepReason =
    "The execution ended before the step did; how it ends is not recorded here"

  static func reason(askedBy user: String) -> String {
    "Marked as incomplete by \(user), without waiting for its steps"
  }

  static func line(_ id: ExecutionID, _ reason: String, at instant: Instant) -> ExecutionLogLine {
    ExecutionLogLine(execution: id, key: nil, level: .error, at: instant, text: reason)
  }
}
