import Cluster
import Logging
import Model
import Store

// Executions that were launched for a later time (`runAtTime`).

extension ExecutionConductor {
  /// Waits for their times, and for the ends of the times in which others are to claim, until it is
  /// cancelled.
  func followAlarms() async {
    await alarms.run(time, on: timing.clock) { alarm in
      switch alarm {
      case .due(let id): await self.isDue(id)
      case .unclaimed: await self.decideAgain()
      }
    }
  }

  /// Decides what becomes of what is due and puts it into the next group commit. Without a database that waits
  /// for it: late is better than never.
  private func isDue(_ id: ExecutionID) async {
    var pauses = timing.retries
    while mayAct, let execution = carried[id], execution.isScheduled {
      do throws(StoreError) {
        let turn = try await turn(of: execution)
        _ = inbox.put([.due(id, turn)])
        return
      } catch {
        logger.warning(
          "An execution whose time has come waits for the database",
          metadata: ["execution": "\(id)", "error": "\(error)"])
      }
      guard await pauses.pass() else { return }
    }
  }

  /// What becomes of an execution now that its time has come: what keeps a launch of now from running ends it,
  /// and the policy of now says who carries it.
  func turn(of execution: CarriedExecution) async throws(StoreError) -> DueTurn {
    let (record, job) = (execution.record, execution.job)
    let executions = store.ask.executions
    let facts = try await executions.launchFacts(
      job: record.jobID, project: record.project, by: record.user,
      sidecar: planner.server.sidecar, on: term.member)
    let subject = RunPlanner.Subject(
      project: record.project, jobID: record.jobID, job: job, definition: record.definition,
      sidecar: facts.sidecar, globals: facts.globals, userEmail: facts.userEmail)
    if let obstacle = facts.obstacle(to: record) {
      return .here(planner.start(subject, hinderedBy: obstacle))
    }
    let decision = try await place(execution, isActive: facts.executionMode == .active)
    if let decision, decision.chosen != term.member { return .elsewhere(decision) }
    let request = RunRequest(again: record, job)
    let nodes =
      planner.needsNodes(subject, request) ? try await executions.launchNodes() : []
    var start = planner.start(subject, request, options: record.options, nodes: nodes)
    start.decision = decision
    return .here(start)
  }

  /// Who carries it by the policy of its project; nil when no policy is in force and this member may.
  ///
  /// A member that begins no runs now leaves it to another one, by the policy if there is one.
  private func place(
    _ execution: CarriedExecution, isActive: Bool
  ) async throws(StoreError) -> RemoteExecutionDecision? {
    var question = RemoteExecutionQuestion(
      project: execution.record.project, occasion: .run,
      carriesSecureOptions: !execution.secureOptions.isEmpty)
    let decision = await cluster.choice?.choose(question)
    if isActive { return decision }
    question.excluding = [term.member]
    if let decision, decision.isForwarding {
      return decision.chosen == term.member ? await cluster.choice?.choose(question) : decision
    }
    return try await cluster.choice?.chooseActive(question) ?? .nobodyElse
  }
}

/// What becomes of an execution whose time has come.
enum DueTurn: Sendable {
  /// The member that waited with it begins it, or ends it when the plan has an obstacle.
  case here(PlannedStart)
  /// It is queued for the member that was chosen; for nil until somebody may carry it.
  case elsewhere(RemoteExecutionDecision)
}

extension RemoteExecutionDecision {
  /// What a member decides that begins no runs and knows of no other.
  static let nobodyElse = RemoteExecutionDecision(
    policy: "None", candidates: [], chosen: nil,
    reason: "This member is in the passive execution mode, and it knows of no other")
}

extension ExecutionLaunchFacts {
  /// What a launch would be told now that keeps this execution from beginning on any member.
  fileprivate func obstacle(to record: ExecutionRecord) -> LaunchError? {
    if let job = record.jobID, definition == nil { return .noJob(job) }
    if projectIsDisabled { return .projectDisabled(record.project) }
    if let job = record.jobID, !executionEnabled { return .executionDisabled(job) }
    return nil
  }
}

extension RunPlanner {
  /// The plan of an execution that exists already: what keeps it from running is its obstacle.
  func start(
    _ subject: Subject, _ request: RunRequest, options: [String: String], nodes: [PlannedNode]
  ) -> PlannedStart {
    do throws(LaunchError) {
      return PlannedStart(
        plan: try plan(subject, request, options: options, nodes: nodes),
        serverNode: serverNode(of: subject))
    } catch {
      return start(subject, hinderedBy: error)
    }
  }

  /// The plan of an execution that exists already and cannot run.
  func start(_ subject: Subject, hinderedBy error: LaunchError) -> PlannedStart {
    PlannedStart(
      plan: ExecutionPlan(nodes: [], steps: [], obstacle: "\(error)"),
      serverNode: serverNode(of: subject))
  }

  private func serverNode(of subject: Subject) -> String { subject.sidecar?.name ?? server.name }
}

extension RunRequest {
  /// The request whose execution this is, as far as its plan depends on it.
  ///
  /// A run whose nodes were to be chosen and were not is begun at its launch, so a filter that is there
  /// was either chosen or is the job's own.
  init(again record: ExecutionRecord, _ job: Job) {
    let isOwn = job.nodesSelectedByDefault && record.nodeFilter == job.nodeFilter?.filter
    self.init(
      record.jobID.map(Subject.job) ?? .adHoc(project: record.project, step: job.workflow.steps[0]),
      nodeFilter: isOwn ? nil : record.nodeFilter, user: record.user)
  }
}
