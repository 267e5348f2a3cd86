import Logging
import Model
import Store

// Executions that were launched for a later time (`runAtTime`).

extension ExecutionConductor {
  /// Waits for their times, and for the ends of the times in which others are to claim, until it is
  /// cancelled.
  func followAlarms() async {
    await alarms.run(time, on: timing.clock) { await self.isDue($0) }
  }

  /// Plans what is due and puts it into the next group commit. Without a database the plan waits for it:
  /// late is better than never.
  private func isDue(_ id: ExecutionID) async {
    guard carried[id] != nil else { return await decideAgain() }
    var pause = timing.retryPauses.lowerBound
    while mayAct, let execution = carried[id], execution.isScheduled {
      do throws(StoreError) {
        let start = try await plan(execution.record, execution.job)
        _ = inbox.put([.due(id, start)])
        return
      } catch {
        logger.warning(
          "An execution whose time has come waits for the database",
          metadata: ["execution": "\(id)", "error": "\(error)"])
      }
      guard (try? await timing.clock.sleep(for: pause)) != nil else { return }
      pause = min(pause * 2, timing.retryPauses.upperBound)
    }
  }

  /// What an execution that was launched earlier does now, on this member and with the agents of now.
  func plan(
    _ record: ExecutionRecord, _ job: Job
  ) async throws(StoreError) -> PlannedStart {
    let executions = store.ask.executions
    let facts = try await executions.launchFacts(
      job: nil, project: record.project, sidecar: planner.server.sidecar, on: term.member)
    let subject = RunPlanner.Subject(
      project: record.project, jobID: record.jobID, job: job, definition: record.definition,
      sidecar: facts.sidecar)
    if facts.projectIsDisabled {
      return planner.start(subject, hinderedBy: .projectDisabled(record.project))
    }
    let request = RunRequest(again: record, job)
    let nodes =
      planner.needsNodes(subject, request) ? try await executions.launchNodes() : []
    return planner.start(subject, request, nodes: nodes)
  }
}

extension RunPlanner {
  /// The plan of an execution that exists already: what keeps it from running is its obstacle.
  func start(_ subject: Subject, _ request: RunRequest, nodes: [PlannedNode]) -> PlannedStart {
    do throws(LaunchError) {
      return PlannedStart(
        plan: try plan(subject, request, nodes: nodes), serverNode: serverNode(of: subject))
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
