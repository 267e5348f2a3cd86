import Model
import Store

/// A transition with its rows numbered and sealed: the statements, and what their answers mean.
struct PlannedCommit: Sendable {
  let transition: Transition
  /// The assignments, by the transition's starts.
  let assignments: [AssignmentDraft]
  /// In the order of the commit. The one at `ownerCheck` answers 0 rows when the transition is refused.
  let writes: [ExecutionWrite]
  let ownerCheck: Int?
  /// Where the withdrawals' writes begin.
  let firstWithdrawal: Int

  /// `lines` are the writes of the transition's own output lines.
  init(
    _ transition: Transition, assignments: [AssignmentDraft], lines: [ExecutionWrite]
  ) throws(StoreError) {
    self.transition = transition
    self.assignments = assignments
    let owner = transition.ownership
    var rest = transition.states.values.map { ExecutionWrite.put($0, by: owner) }
    rest += assignments.map { ExecutionWrite.assign($0, by: owner) }
    rest += transition.writes
    // An execution that ends as it begins is inserted as running and ended in the same commit.
    if transition.launch != nil, let end = Self.end(of: transition) { rest.append(end) }
    let (head, check) = try Self.head(of: transition, needsLock: rest.count + lines.count > 0)
    firstWithdrawal = head.count + rest.count
    writes = head + rest + transition.withdrawals.map(\.write) + lines
    ownerCheck = check
  }

  /// What comes first holds the execution's row until the commit: so all of the transition takes
  /// effect, or nothing of it.
  private static func head(
    of transition: Transition, needsLock: Bool
  ) throws(StoreError) -> ([ExecutionWrite], Int?) {
    if let launch = transition.launch {
      let insert = try ExecutionWrite.insert(launch.draft)
      guard launch.draft.isExclusive, let job = launch.draft.jobID else { return ([insert], 0) }
      return ([.lock(job: job), insert], 1)
    }
    if let end = end(of: transition) { return ([end], 0) }
    guard needsLock else { return ([], nil) }
    return ([.lock(transition.ownership)], 0)
  }

  private static func end(of transition: Transition) -> ExecutionWrite? {
    guard let verdict = transition.verdict, let instant = transition.endedAt else { return nil }
    return .end(verdict.status, reason: verdict.reason, at: instant, by: transition.ownership)
  }
}
