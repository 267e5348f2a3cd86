import Model
import Store
import Wire

/// What a connecting agent must be told, and what must be settled because it does not have it. Pure.
struct Reconciliation: Equatable {
  /// Spools that nobody wants.
  var forget: [AssignmentID] = []
  /// Assignments to push, oldest first.
  var assign: [AssignmentID] = []
  /// Running steps whose agent does not know yet as of which epoch they are carried.
  var adopt: [AssignmentID] = []
  /// Steps to end.
  var kill: [AssignmentID] = []
  /// Assignments that have ended with this, because the agent's inventory proves it.
  var settled: [AssignmentID: AssignmentOutcome] = [:]

  /// - Parameters:
  ///   - open: the agent's assignments that have not ended, oldest first.
  ///   - known: what the store knows of the assignments in the inventory.
  init(
    agent: AgentID, inventory: [InventoryEntry], open: [AssignmentRecord],
    known: [AssignmentID: IngestTarget]
  ) {
    for entry in inventory { compare(entry, known[entry.assignment], of: agent) }
    let held = Dictionary(inventory.map { ($0.assignment, $0.epoch) }) { first, _ in first }
    for record in open { settle(record, held: held[record.id]) }
  }

  private mutating func compare(
    _ entry: InventoryEntry, _ target: IngestTarget?, of agent: AgentID
  ) {
    guard let target, target.agent == agent, entry.epoch <= target.epoch else {
      forget.append(entry.assignment)
      return
    }
    guard target.ended else { return }
    if !entry.ended {
      kill.append(entry.assignment)
    } else if entry.spoolSize <= target.stored {
      forget.append(entry.assignment)
    }
  }

  /// An assignment whose spool had begun is never pushed again: a step starts once per attempt.
  private mutating func settle(_ record: AssignmentRecord, held epoch: Epoch?) {
    switch (epoch != nil, record.killRequestedAt != nil) {
    case (true, true): kill.append(record.id)
    case (true, false): if let epoch, epoch < record.epoch { adopt.append(record.id) }
    case (false, _) where record.spoolOffset > 0:
      settled[record.id] = .lost(reason: "The agent has no spool of this step any more")
    case (false, true): settled[record.id] = .notStarted(message: "Killed before it started")
    case (false, false): assign.append(record.id)
    }
  }
}
