import Model
import Store
import WorkflowEngine

// Assignments that were handed on to the member that holds their agent's stream, if one does.

extension CarriedExecution {
  /// Its agent has got it, or is about to.
  mutating func deliver(_ id: AssignmentID) {
    open[id]?.isDelivered = true
    open[id]?.isAnnounced = false
  }

  /// It is handed on: from now on its agent may get it.
  mutating func announce(_ id: AssignmentID) {
    open[id]?.isDelivered = true
    open[id]?.isAnnounced = true
  }

  /// No member holds its agent's stream: it is certain that it was not delivered, and what was to be
  /// aborted meanwhile never starts.
  mutating func unreached(
    _ id: AssignmentID, at instant: Instant, transition: inout Transition
  ) throws(StoreError) {
    guard open[id]?.isAnnounced == true else { return }
    open[id]?.isDelivered = false
    open[id]?.isAnnounced = false
    guard machine.isAborted else { return }
    try transition.withdraw(
      id, outcome: .notStarted(message: "The execution was aborted before the step started"),
      at: instant)
  }
}
