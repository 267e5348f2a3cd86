import Model
import Store

extension Transition.Beginning {
  /// What makes the execution the owner's and lets it run; 0 rows when it is refused.
  func write(by owner: Ownership) throws(StoreError) -> ExecutionWrite {
    switch self {
    case .claim(let claim, let instant):
      try .claim(
        owner.execution, choice: claim.record.choice, by: owner.term,
        ExecutionWrite.Claim(
          plan: claim.start.plan, serverNode: claim.start.serverNode, startedAt: instant))
    case .due(let start, let instant, let room):
      try .begin(
        start.plan, serverNode: start.serverNode, at: instant, room: room,
        decision: start.decision, by: owner)
    case .leave(let decision, let room):
      try .enqueue(for: decision.chosen, decision: decision, room: room, by: owner)
    }
  }
}
