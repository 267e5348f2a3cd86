import Model

extension StepHost {
  /// Another member carries the execution from now on, as of this epoch: a late command of the one before is
  /// refused.
  func learn(_ epoch: Epoch, of execution: ExecutionID) { _ = epochs.admit(epoch, of: execution) }
}
