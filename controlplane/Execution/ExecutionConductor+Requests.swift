import Model
public import Store

extension ExecutionConductor {
  public func launch(_ request: RunRequest) async throws(LaunchError) -> ExecutionRecord {
    let run = try await prepare(request)
    let answer = Answer<ExecutionRecord, LaunchError>()
    guard inbox.put([.launch(run, answer)]) else { throw .unavailable(Self.stopping) }
    return try await answer.wait(
      within: timing.answerWithin, on: timing.clock,
      late: .unavailable(Self.lateLaunch))
  }

  private func prepare(_ request: RunRequest) async throws(LaunchError) -> PreparedRun {
    let store = store.ask.executions
    let facts: ExecutionLaunchFacts
    let subject: RunPlanner.Subject
    var nodes: [PlannedNode] = []
    do throws(StoreError) {
      facts = try await store.launchFacts(
        job: request.jobID, project: request.project, sidecar: planner.server.sidecar,
        on: term.member)
    } catch {
      throw LaunchError(error)
    }
    subject = try planner.subject(of: request, facts: facts)
    guard facts.executionMode == .active else { throw .passive }
    do throws(StoreError) {
      if planner.needsNodes(subject, request) { nodes = try await store.launchNodes() }
    } catch {
      throw LaunchError(error)
    }
    return try await planner.prepare(subject, request, nodes: nodes)
  }

  /// What a caller is told whose launch was not committed in time. From then on no further try writes
  /// the execution; but a try that was under way may have, and then it runs like any other.
  static let lateLaunch =
    "the database did not take the execution in time. It may still run, if it was recorded in that "
    + "moment: look at the list of executions before you ask again"
}

extension RunRequest {
  /// The job that is to run; nil for an ad hoc run.
  var jobID: JobID? { if case .job(let id) = subject { id } else { nil } }
  /// The project of an ad hoc run; nil for a job, which knows its own.
  var project: String? { if case .adHoc(let project, _) = subject { project } else { nil } }
}
