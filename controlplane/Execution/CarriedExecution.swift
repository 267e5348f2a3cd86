import Model
import Store
import WorkflowEngine

/// An execution that this member carries: its machine and what is open for it. It decides; the conductor
/// commits and acts.
struct CarriedExecution: Sendable {
  /// An assignment without an outcome.
  struct Open: Sendable {
    let key: StepKey
    let agent: AgentID
    var startedAt: Instant?
    /// Whether its agent may have got it. What certainly was not delivered may be withdrawn.
    var isDelivered: Bool
    /// Whether it was handed on to whichever member holds the agent's stream, and nobody has said yet
    /// whether one does. Until then its agent may have got it.
    var isAnnounced = false
    /// The processes that were there after the kill, when the agent said that there are some.
    var survivors: String?
    /// Whether the step has ended and its output is looked through for what later steps need.
    var isCapturing = false
    /// What its step's state says about its agent being away.
    var absence: AgentWatch.Absence?
  }

  var record: ExecutionRecord
  let job: Job
  let secureOptions: [String: String]
  let ownership: Ownership
  var machine: WorkflowMachine
  /// The workflows that were begun, by what their steps' context identifiers begin with; "" is its own.
  var workflows: [String: CarriedWorkflow]
  var open: [AssignmentID: Open] = [:]
  /// The cells that this member works on itself.
  var inner: [StepKey: Inner] = [:]
  /// The cells that nobody works on and that have not ended.
  var pending: [StepKey: Pending] = [:]
  /// Why the steps failed whose handlers run.
  var failures: [StepKey: StepFailure] = [:]
  /// What the member before this one worked on itself when it was lost.
  var interrupted: [StepKey] = []
  /// Whether it waits for the time that it was launched for. Until then it has no plan.
  var isScheduled = false
  /// What the ended steps left for later ones.
  var captured = CapturedScopes()
  /// The seconds that the job allows; nil without a limit.
  var timeout: Int64?
  /// The uploaded files that its steps may have, by key.
  var files: [String: OptionFile] = [:]
  /// When they are over, by the database's time; nil without a limit, and before it has begun.
  var deadline: Instant?
  /// The nodes whose output came to the job's limit; an empty name stands for all of them.
  var fullLogs: Set<String> = []
  /// Those of them that the log has a line about.
  var toldLogLimits: Set<String> = []

  var id: ExecutionID { ownership.execution }

  init(
    _ record: ExecutionRecord, _ job: Job, secureOptions: [String: String], ownership: Ownership,
    machine: WorkflowMachine
  ) {
    self.record = record
    self.job = job
    self.secureOptions = secureOptions
    self.ownership = ownership
    self.machine = machine
    workflows = ["": CarriedWorkflow(record, job, secureOptions: secureOptions)]
    noteOptions()
  }

  /// Takes in what an agent reported.
  mutating func apply(
    _ event: AssignmentEvent, to transition: inout Transition
  ) throws(StoreError) {
    switch event {
    case .pushed(let id, _): deliver(id)
    case .started(let id, _, let instant): start(id, at: instant, transition: &transition)
    case .unconfirmed(let id, _, let processes, let instant):
      doubt(id, processes, at: instant, transition: &transition)
    case .logLimitReached(_, let node, let instant):
      try reachLogLimit(of: node, at: instant, transition: &transition)
    case .ended(let id, _, let outcome, let instant):
      guard let assignment = open.removeValue(forKey: id) else { return }
      end(
        assignment.key, outcome, startedAt: assignment.startedAt, at: instant,
        transition: &transition)
      if outcome == .timedOut { try runOutOfTime(at: instant, transition: &transition) }
    }
  }

  private mutating func start(
    _ id: AssignmentID, at instant: Instant, transition: inout Transition
  ) {
    guard let assignment = open[id], assignment.startedAt == nil else { return }
    open[id]?.startedAt = instant
    deliver(id)
    open[id]?.absence = nil
    transition.put(
      StepStateRecord(
        key: assignment.key, state: .running, startedAt: instant, updatedAt: instant,
        reason: assignment.survivors.map(UnconfirmedKill.reason)))
  }

  /// A kill that is not proven ends nothing: the step runs on, and its state says who is still there.
  private mutating func doubt(
    _ id: AssignmentID, _ processes: String, at instant: Instant, transition: inout Transition
  ) {
    guard let assignment = open[id], assignment.survivors != processes else { return }
    open[id]?.survivors = processes
    deliver(id)
    let reason = UnconfirmedKill.reason(processes)
    transition.put(
      StepStateRecord(
        key: assignment.key, state: .running, startedAt: assignment.startedAt, updatedAt: instant,
        reason: reason))
    transition.lines.append(
      ExecutionLogLine(
        execution: self.id, key: assignment.key, level: .warn, at: instant, text: reason))
  }

  /// Ends a cell as its agent says.
  mutating func end(
    _ key: StepKey, _ outcome: AssignmentOutcome, startedAt: Instant?, at instant: Instant,
    values: CapturedGroups = [:], transition: inout Transition
  ) {
    var end = CellEnd(outcome, isAborted: machine.isAborted, startedAt: startedAt)
    end.values = values
    self.end(key, end, at: instant, transition: &transition)
  }

  /// Notes that an agent is not connected. True when its assignment waits from now on.
  func wait(
    for id: AssignmentID, upTo limit: Duration, at instant: Instant, transition: inout Transition
  ) -> Bool {
    guard let assignment = open[id], !assignment.isDelivered, !machine.isAborted else {
      return false
    }
    transition.put(
      StepStateRecord(
        key: assignment.key, state: .waiting, updatedAt: instant,
        reason: "The agent of node \(assignment.key.node) is not connected; "
          + "waiting up to \(limit.components.seconds) s for it"))
    return true
  }

  /// Withdraws an assignment whose agent did not connect in time.
  func giveUp(
    _ id: AssignmentID, after limit: Duration, at instant: Instant, transition: inout Transition
  ) throws(StoreError) {
    guard let assignment = open[id], !assignment.isDelivered else { return }
    try transition.withdraw(
      id,
      outcome: .notStarted(
        message: "The agent of node \(assignment.key.node) did not connect within "
          + "\(limit.components.seconds) s"),
      at: instant)
  }

  /// Ends the execution when its machine says so.
  mutating func conclude(at instant: Instant, transition: inout Transition) {
    guard transition.verdict == nil, !isScheduled || machine.isAborted,
      let reached = machine.verdict
    else { return }
    let verdict = retrying(reached, at: instant, transition: &transition)
    record.status = verdict.status
    record.customStatus = verdict.customStatus
    record.endReason = verdict.reason
    record.endedAt = instant
    transition.verdict = verdict
    transition.endedAt = instant
    guard let obstacle = machine.plan.obstacle else { return }
    transition.lines.append(
      ExecutionLogLine(execution: id, key: nil, level: .error, at: instant, text: obstacle))
  }
}

/// What a step's state says whose kill is not proven.
enum UnconfirmedKill {
  private static let start = "kill unconfirmed: processes "
  private static let end = " are still there"

  static func reason(_ processes: String) -> String { start + processes + end }

  /// The processes that such a reason names; nil for any other reason.
  static func processes(in reason: String?) -> String? {
    guard let reason, reason.hasPrefix(start), reason.hasSuffix(end),
      reason.count > start.count + end.count
    else { return nil }
    return String(reason.dropFirst(start.count).dropLast(end.count))
  }
}
