public import Model

extension WorkflowMachine {
  /// How an execution ends.
  public struct Verdict: Sendable, Hashable {
    public let status: ExecutionStatus
    /// For people; nil when there is nothing to explain.
    public let reason: String?
    /// The job's own word for a status of `other`.
    public var customStatus: String?

    public init(status: ExecutionStatus, reason: String?, customStatus: String? = nil) {
      self.status = status
      self.reason = reason
      self.customStatus = customStatus
    }
  }

  /// How the execution ends, once nothing runs and nothing is to start any more. Ask after `advance`.
  ///
  /// It is a function of the cells alone, so the order in which outcomes arrived does not matter.
  public var verdict: Verdict? {
    guard workflows[0].inFlight == 0, isAborted || changed.isEmpty else { return nil }
    if isAborted { return forcedVerdict ?? Verdict(status: .aborted, reason: nil) }
    return workflows[0].verdict
  }
}

extension WorkflowProgress {
  /// How the workflow ends, when it does so by itself.
  var verdict: WorkflowMachine.Verdict {
    if let obstacle { return WorkflowMachine.Verdict(status: .failed, reason: obstacle) }
    if let halted { return verdict(of: halted) }
    guard failures > 0 else { return WorkflowMachine.Verdict(status: .succeeded, reason: nil) }
    let key = key(of: Slot(cell: firstFailure))
    let others = failures == 1 ? "" : ", and \(failures - 1) more"
    return WorkflowMachine.Verdict(
      status: .failed, reason: "Step \(key.step) failed\(Self.place(of: key))\(others)")
  }

  private func verdict(of halted: Halted) -> WorkflowMachine.Verdict {
    let step = "Halted by step \(key(of: halted.slot).step)"
    return switch halted.halt {
    case .succeeded: WorkflowMachine.Verdict(status: .succeeded, reason: step)
    case .failed: WorkflowMachine.Verdict(status: .failed, reason: step)
    case .custom(let status):
      WorkflowMachine.Verdict(
        status: .other, reason: "\(step) with the status \(status)", customStatus: status)
    }
  }

  private static func place(of key: StepKey) -> String {
    key.node.isEmpty ? "" : " on node \(key.node)"
  }

  /// What its end means for the cell that it carries out.
  func end(isAborted: Bool) -> (cell: WorkflowMachine.Cell, reason: String?) {
    if isAborted { return (.aborted, nil) }
    let verdict = verdict
    return verdict.status == .succeeded ? (.succeeded, nil) : (.failed, verdict.reason)
  }
}
