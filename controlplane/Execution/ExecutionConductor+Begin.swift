import Cluster
import Logging
import Model
import Store
import WorkflowEngine

// How an execution begins to be carried: by a launch, by a claim, or because its time has come.

extension ExecutionConductor {
  func begin(
    _ run: PreparedRun, _ answer: LaunchAnswer, at now: Instant, in round: inout Round
  ) {
    guard !answer.isGiven, let term = served else { return }
    let id = numbers.nextExecution()
    do {
      let draft = try draft(run, id: id, by: term, at: now)
      let record = try draft.record()
      let owner = Ownership(execution: id, term: term, epoch: draft.epoch)
      var transition = Transition(ownership: owner)
      transition.launch = Transition.Launch(
        draft: draft, record: record, run: run, answer: answer)
      if let notice = UnfulfilledWishes(of: run.job).notice {
        transition.lines.append(
          ExecutionLogLine(execution: id, key: nil, level: .warn, at: now, text: notice))
      }
      transition.writes += ExecutionWrite.use(
        optionFiles: run.options.files.map(\.key), by: id)
      round.order.append(id)
      round.transitions[id] = transition
      guard !run.isElsewhere else { return }
      var execution = CarriedExecution(
        record, run.job, secureOptions: run.options.secure, ownership: owner,
        machine: WorkflowMachine(plan: draft.plan ?? .nothing))
      execution.isScheduled = draft.status == .scheduled
      execution.timeout = run.timeout
      execution.files = OptionFile.byKey(run.options.files)
      carried[id] = execution
    } catch {
      answer.refuse(.failed("\(error)"))
    }
  }

  private func draft(
    _ run: PreparedRun, id: ExecutionID, by term: Term, at now: Instant
  ) throws -> ExecutionDraft {
    var draft = ExecutionDraft(
      id: id, project: run.project, jobID: run.jobID,
      jobName: run.jobID == nil ? nil : run.job.name,
      jobGroup: run.jobID == nil ? nil : run.job.group, definition: run.definition,
      user: run.user, argString: run.options.argString, options: run.options.plain,
      sealedOptions: try OptionSeal(sealer).seal(run.options.secure, for: id),
      nodeFilter: run.nodeFilter, logLevel: run.logLevel, owner: term, createdAt: now,
      decision: run.decision, logLimit: run.job.logLimit)
    draft.runLimit = run.runLimit
    draft.isInLine = run.job.overlap.waits
    draft.begin(run, at: now)
    if let fire = run.fire { draft.fire(at: fire.dueAt) }
    if case .elsewhere(let member) = run.start {
      draft.leave(to: member, by: term, at: time.now())
    }
    return draft
  }

  /// Two looks may find the same queued execution; it is claimed once.
  func begin(_ claim: PlannedClaim, at now: Instant, in round: inout Round) {
    let record = claim.record
    guard carried[record.id] == nil, !leftAlone.contains(record.id), let term = served else {
      return
    }
    let owner = Ownership(execution: record.id, term: term, epoch: Epoch(1))
    carried[record.id] = CarriedExecution(
      claiming: claim, by: owner, at: now)
    var transition = Transition(ownership: owner)
    transition.beginning = .claim(claim, at: now)
    round.order.append(record.id)
    round.transitions[record.id] = transition
  }
}

extension CarriedExecution {
  /// A queued execution that `owner` takes and begins.
  init(claiming claim: PlannedClaim, by owner: Ownership, at now: Instant) {
    var record = claim.record
    record.status = .running
    record.owner = owner.term
    record.epoch = owner.epoch
    record.startedAt = now
    self.init(
      record, claim.job, secureOptions: claim.secureOptions, ownership: owner,
      machine: WorkflowMachine(plan: claim.start.plan))
    timeout = try? JobTimeout.seconds(of: job, options: record.options)
    files = claim.files
  }

  /// Begins what waited for its time, or leaves it to another member, unless it was aborted meanwhile.
  mutating func take(_ turn: DueTurn, at now: Instant, transition: inout Transition) {
    guard isScheduled, !machine.isAborted, !transition.isLeaving else { return }
    let room = room
    switch turn {
    case .here(let start):
      isScheduled = false
      record.status = .running
      record.startedAt = now
      machine = WorkflowMachine(plan: start.plan)
      noteOptions()
      transition.beginning = .due(start, at: now, room: room)
    case .elsewhere(let decision):
      transition.beginning = .leave(decision, room: room)
      guard decision.chosen == nil else { return }
      transition.lines.append(
        ExecutionLogLine(
          execution: id, key: nil, level: .warn, at: now,
          text: "It waits until a member may carry it: \(decision.reason)"))
    }
  }
}

extension ExecutionDraft {
  /// Says who begins it, and when.
  fileprivate mutating func begin(_ run: PreparedRun, at now: Instant) {
    switch run.start {
    case .here:
      plan = run.plan
      serverNode = run.serverNode
      startedAt = now
    case .elsewhere: break
    case .later(let instant):
      status = .scheduled
      startedAt = instant
      dueAt = instant
      createdAt = min(now, instant.advanced(by: .microseconds(-1)))
    }
  }

  /// It is a schedule's.
  fileprivate mutating func fire(at instant: Instant) {
    isFire = true
    dueAt = instant
    createdAt = max(createdAt, instant)
  }

  /// A queued execution has no owner until it is claimed.
  fileprivate mutating func leave(to member: MemberID, by term: Term, at instant: Instant) {
    status = .queued
    owner = nil
    epoch = Epoch(0)
    decider = term
    chosenMember = member
    choice = 1
    chosenAt = instant
  }
}
