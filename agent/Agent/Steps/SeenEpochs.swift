import Model

/// The highest epoch that was seen of each of the latest executions.
struct SeenEpochs {
  static let kept = 1024

  private var epochs: [ExecutionID: Epoch] = [:]
  private var order: [ExecutionID] = []
  private var oldest = 0

  /// Whether a command of this epoch may be obeyed: nobody newer was heard. Remembers the epoch.
  mutating func admit(_ epoch: Epoch, of execution: ExecutionID) -> Bool {
    if let seen = epochs[execution] {
      guard epoch >= seen else { return false }
      epochs[execution] = epoch
      return true
    }
    if order.count < Self.kept {
      order.append(execution)
    } else {
      epochs[order[oldest]] = nil
      order[oldest] = execution
      oldest = (oldest + 1) % Self.kept
    }
    epochs[execution] = epoch
    return true
  }
}
