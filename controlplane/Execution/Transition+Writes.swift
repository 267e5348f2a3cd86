import Model
import Store
import WorkflowEngine

/// A transition with its rows numbered and sealed: the statements, and what their answers mean.
struct PlannedCommit: Sendable {
  let transition: Transition
  /// The assignments, by the transition's starts.
  let assignments: [AssignmentDraft]
  /// What comes first and holds the execution's row until the commit: it answers 0 rows when the
  /// transition is refused. Nil when there is nothing to write.
  let head: ExecutionWrite?
  /// The rest, in its order.
  let tail: [ExecutionWrite]
  /// What a launch inserts instead when its job has no room for it.
  let fallback: ExecutionWrite?
  /// Where in `tail` the withdrawals' writes begin.
  let firstWithdrawal: Int

  var execution: ExecutionID { transition.ownership.execution }

  /// Whether it is to write a launch whose caller got another answer already.
  var isAbandonedLaunch: Bool { transition.isAbandoned && !isFindingOut }

  /// Whether it only looks for what an earlier try has written.
  private let isFindingOut: Bool

  /// `lines` are the writes of the transition's own output lines.
  init(
    _ transition: Transition, assignments: [AssignmentDraft], lines: [ExecutionWrite]
  ) throws(StoreError) {
    self.transition = transition
    self.assignments = assignments
    isFindingOut = false
    let owner = transition.ownership
    var rest = transition.states.values.map { ExecutionWrite.put($0, by: owner) }
    rest += assignments.map { ExecutionWrite.assign($0, by: owner) }
    rest += transition.writes
    // An execution that ends as it begins is inserted as running and ended in the same commit.
    if transition.isFirst, let end = Self.end(of: transition) { rest.append(end) }
    if let next = transition.next {
      rest.append(try .insert(next))
      rest += ExecutionWrite.use(optionFiles: transition.nextFiles, by: next.id)
    }
    fallback = try transition.launch?.fallback()
    firstWithdrawal = rest.count
    tail = rest + transition.withdrawals.map(\.write) + lines
    head = try Self.head(of: transition, needsLock: !tail.isEmpty)
  }

  /// The launch of an execution that a broken commit may or may not have written: nothing is written
  /// any more, and only what is there already counts.
  init(findingOut launch: PlannedCommit) {
    transition = launch.transition
    assignments = launch.assignments
    head = .lock(launch.transition.ownership)
    tail = []
    fallback = nil
    firstWithdrawal = 0
    isFindingOut = true
  }

  /// The outcome of the due instant whose run this launches, if it does.
  var fire: FireRow? {
    guard !isFindingOut, let launch = transition.launch, let fire = launch.run.fire else {
      return nil
    }
    return FireRow(
      job: fire.job, dueAt: fire.dueAt, version: fire.version, project: fire.project,
      outcome: .ran(launch.draft.id))
  }

  /// The job whose launches queue up behind each other, if it allows so many only.
  var limitedJob: JobID? {
    if let room = transition.beginning?.room { return room.job }
    guard let draft = transition.launch?.draft, draft.admission == .whenFree else { return nil }
    return draft.jobID
  }

  private static func head(
    of transition: Transition, needsLock: Bool
  ) throws(StoreError) -> ExecutionWrite? {
    if let launch = transition.launch { return try .insert(launch.draft) }
    if let beginning = transition.beginning {
      return try beginning.write(by: transition.ownership)
    }
    return end(of: transition) ?? (needsLock ? .lock(transition.ownership) : nil)
  }

  private static func end(of transition: Transition) -> ExecutionWrite? {
    guard let verdict = transition.verdict, let instant = transition.endedAt else { return nil }
    return .end(
      verdict.status, customStatus: verdict.customStatus, reason: verdict.reason, at: instant,
      retriedAs: transition.next?.id, by: transition.ownership)
  }
}
