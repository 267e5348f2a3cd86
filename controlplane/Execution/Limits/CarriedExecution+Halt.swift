import Model
import Store
import WorkflowEngine

// Executions that end because of their own job's limits: too long, or too much output.

extension CarriedExecution {
  /// Starts nothing any more, tells everything that is open to end, and ends as `verdict` says when
  /// nothing is left. Nothing changes for what is to end already.
  ///
  /// - Parameter isTold: the log has the reason already.
  mutating func halt(
    as verdict: WorkflowMachine.Verdict, isTold: Bool = false, at instant: Instant,
    transition: inout Transition
  ) throws(StoreError) {
    guard !machine.isAborted, transition.verdict == nil else { return }
    machine.abort(as: verdict)
    if let reason = verdict.reason, !isTold {
      transition.lines.append(
        ExecutionLogLine(execution: id, key: nil, level: .error, at: instant, text: reason))
    }
    try endOpen(at: instant, transition: &transition)
  }

  /// Begins to count the time that its job allows, once: when it is over, by the database's time. Nil when
  /// there is nothing to begin.
  mutating func beginTime(at instant: Instant) -> Instant? {
    guard let timeout, !isScheduled, deadline == nil else { return nil }
    deadline = instant.advanced(by: .seconds(timeout))
    return deadline
  }

  /// Its job's time is over.
  mutating func runOutOfTime(
    at instant: Instant, transition: inout Transition
  ) throws(StoreError) {
    guard !isScheduled, let timeout else { return }
    try halt(as: .timedOut(after: timeout), at: instant, transition: &transition)
  }

  /// Its output came to the job's limit: that of `node` if one is named.
  mutating func reachLogLimit(
    of node: String?, at instant: Instant, transition: inout Transition
  ) throws(StoreError) {
    guard let limit = job.logLimit, fullLogs.insert(node ?? "").inserted else { return }
    let reason = limit.reason(node: node)
    let isTold = !toldLogLimits.insert(node ?? "").inserted
    if !isTold { transition.writes.append(.tellLogLimits(toldLogLimits, by: ownership)) }
    switch limit.action {
    case .halt:
      let (status, custom) = limit.finalStatus
      try halt(
        as: WorkflowMachine.Verdict(status: status, reason: reason, customStatus: custom),
        isTold: isTold, at: instant, transition: &transition)
    case .truncate:
      if isTold { return }
      transition.lines.append(
        ExecutionLogLine(
          execution: id, key: nil, level: .warn, at: instant,
          text: "\(reason); further output is not kept, the steps go on"))
    }
  }

  /// Tells everything that is open to end.
  mutating func endOpen(at instant: Instant, transition: inout Transition) throws(StoreError) {
    let word = machine.forcedVerdict == nil ? "aborted" : "to end"
    endInner(because: "The execution was \(word)", at: instant, transition: &transition)
    guard !open.isEmpty else { return }
    transition.writes.append(.requestKills(at: instant, by: ownership))
    transition.touched.formUnion(open.keys)
    for (id, assignment) in open.sorted(by: { $0.key < $1.key }) {
      if assignment.isDelivered {
        transition.kills.append(Transition.Kill(assignment: id, agent: assignment.agent))
      } else {
        try transition.withdraw(
          id, outcome: .notStarted(message: "The execution was \(word) before the step started"),
          at: instant)
      }
    }
  }
}

extension WorkflowMachine.Verdict {
  /// The end of an execution that took longer than its job allows.
  static func timedOut(after seconds: Int64) -> WorkflowMachine.Verdict {
    WorkflowMachine.Verdict(
      status: .timedout, reason: "Timed out: the job may take \(seconds) s")
  }
}
