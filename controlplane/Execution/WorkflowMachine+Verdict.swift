import Model

extension WorkflowMachine {
  /// How an execution ends.
  struct Verdict: Sendable, Hashable {
    let status: ExecutionStatus
    /// For people; nil when there is nothing to explain.
    let reason: String?
    /// The job's own word for a status of `other`.
    var customStatus: String?
  }

  /// How the execution ends, once nothing runs and nothing is to start any more. Ask after `advance`.
  ///
  /// It is a function of the cells alone, so the order in which outcomes arrived does not matter.
  var verdict: Verdict? {
    guard inFlight == 0, isAborted || !hasPending else { return nil }
    if isAborted { return forcedVerdict ?? Verdict(status: .aborted, reason: nil) }
    if let obstacle = plan.obstacle { return Verdict(status: .failed, reason: obstacle) }
    let failures = cells.indices.filter { cells[$0].isUnsuccessful }
    guard let first = failures.first else { return Verdict(status: .succeeded, reason: nil) }
    let key = key(at: first)
    let others = failures.count - 1
    return Verdict(
      status: .failed,
      reason: "Step \(key.step) failed on node \(key.node)"
        + (others == 0 ? "" : ", and \(others) more"))
  }
}

extension WorkflowMachine.Cell {
  /// What a stored state means to the machine; nil when it says nothing about the past.
  init?(_ state: StepState) {
    switch state {
    case .succeeded: self = .succeeded
    case .failed, .nodeMixed, .nodePartialSucceeded: self = .failed
    case .aborted: self = .aborted
    case .notStarted: self = .notStarted
    case .running, .runningHandler: self = .begun
    case .waiting: return nil
    }
  }

  /// How an assignment's outcome ends its cell. After an abort, what was killed is aborted and what
  /// never started is not started.
  init(_ outcome: AssignmentOutcome, isAborted: Bool) {
    switch outcome {
    case .exited(0): self = .succeeded
    case .killed: self = .aborted
    case .signalled where isAborted: self = .aborted
    case .exited where isAborted: self = .aborted
    case .notStarted where isAborted: self = .notStarted
    case .exited, .signalled, .timedOut, .limitExceeded, .lost, .notStarted: self = .failed
    }
  }

  /// The state to store for a cell that ended.
  var state: StepState {
    switch self {
    case .untouched: .waiting
    case .begun: .running
    case .succeeded: .succeeded
    case .failed: .failed
    case .aborted: .aborted
    case .notStarted: .notStarted
    }
  }
}
