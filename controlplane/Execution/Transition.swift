import Model
import Store
import Wire
import WorkflowEngine

/// What one group commit is to write for one execution, and what to do once it is committed.
struct Transition: Sendable {
  /// An assignment that is to be written and pushed.
  struct Start: Sendable {
    let key: StepKey
    let agent: AgentID
    let specification: StepSpecification
  }

  /// A delivered assignment whose process tree is to end.
  struct Kill: Sendable {
    let assignment: AssignmentID
    let agent: AgentID
  }

  /// An assignment that is ended without its agent's word, if the agent has not given it by then.
  struct Withdrawal: Sendable {
    let assignment: AssignmentID
    let outcome: AssignmentOutcome
    let at: Instant
    let write: ExecutionWrite
  }

  let ownership: Ownership
  /// The launch that this transition is the first of, if it is.
  var launch: Launch?
  /// The first one of this member for an execution that was launched earlier, if it is.
  var beginning: Beginning?
  var states: [StepKey: StepStateRecord] = [:]
  /// Further writes under the ownership.
  var writes: [ExecutionWrite] = []
  var withdrawals: [Withdrawal] = []
  var starts: [Start] = []
  /// The member's own steps that start once this is committed.
  var memberTasks: [MemberTask] = []
  /// The job references that are looked up once this is committed.
  var references: [ReferenceTask] = []
  /// Whether the member's own steps of the execution are to stop.
  var stopsMemberTasks = false
  var kills: [Kill] = []
  var lines: [ExecutionLogLine] = []
  var verdict: WorkflowMachine.Verdict?
  var endedAt: Instant?
  /// The uploaded files that the next try takes over.
  var nextFiles: [String] = []
  /// That it is tried again, when it ends so; and its next try, once that has a number.
  var retry: RetryWish?
  var next: ExecutionDraft?
  /// The jobs of which somebody who waits may have the room that references gave back.
  var released: Set<JobID> = []
  /// What happened to referenced jobs that they may want told.
  var ofReferences: [ReferenceEvent] = []
  /// Whether `writes` put notifications into the outbox.
  var notifies = false
  /// Who waits for an abort's answer.
  var aborts: [Answer<AbortAnswer.State, AbortError>] = []
  /// Assignments whose time to wait for their agent begins with this commit.
  var waits: [AssignmentID] = []
  /// The assignments whose rows `writes` and `withdrawals` change.
  var touched: Set<AssignmentID> = []

  init(ownership: Ownership) { self.ownership = ownership }

  /// A new execution and who asked for it.
  struct Launch: Sendable {
    let draft: ExecutionDraft
    /// What the draft is once it is stored.
    let record: ExecutionRecord
    let run: PreparedRun
    let answer: LaunchAnswer
  }

  /// How an execution that was launched earlier begins on this member.
  enum Beginning: Sendable {
    /// It was left to this member, which takes it.
    case claim(PlannedClaim, at: Instant)
    /// The time has come that it was launched for.
    case due(PlannedStart, at: Instant, room: JobRoom?)
    /// The time has come that it was launched for, and another member is to carry it.
    case leave(RemoteExecutionDecision, room: JobRoom?)

    /// The room that it needs of its job.
    var room: JobRoom? {
      switch self {
      case .claim: nil
      case .due(_, _, let room), .leave(_, let room): room
      }
    }
  }

  /// Whether the execution begins with it.
  var isFirst: Bool { launch != nil || beginning != nil }

  /// Whether the execution is another member's after it.
  var isLeaving: Bool { if case .leave = beginning { true } else { false } }

  /// The last state of a cell within one commit is the one that is written.
  /// What an earlier one says that the last does not know stays.
  mutating func put(_ state: StepStateRecord) {
    var state = state
    if let earlier = states[state.key] {
      state.data = state.data ?? earlier.data
      state.halt = state.halt ?? earlier.halt
    }
    states[state.key] = state
  }

  /// Takes back what no agent has reported on.
  mutating func withdraw(
    _ id: AssignmentID, outcome: AssignmentOutcome, at instant: Instant
  ) throws(StoreError) {
    let write = try ExecutionWrite.withdraw(id, outcome: outcome, at: instant, by: ownership)
    end(Withdrawal(assignment: id, outcome: outcome, at: instant, write: write))
  }

  /// Gives up what an agent may have begun.
  mutating func lose(
    _ id: AssignmentID, outcome: AssignmentOutcome, at instant: Instant
  ) throws(StoreError) {
    let write = try ExecutionWrite.lose(id, outcome: outcome, at: instant, by: ownership)
    end(Withdrawal(assignment: id, outcome: outcome, at: instant, write: write))
  }

  private mutating func end(_ withdrawal: Withdrawal) {
    withdrawals.append(withdrawal)
    touched.insert(withdrawal.assignment)
  }

  /// Whether nobody asks for this launch any more: its caller got another answer already.
  var isAbandoned: Bool { launch?.answer.isGiven ?? false }
}
