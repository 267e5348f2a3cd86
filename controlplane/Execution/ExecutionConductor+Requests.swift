public import Model
public import Store

extension ExecutionConductor {
  public func launch(_ request: RunRequest) async throws(LaunchError) -> ExecutionRecord {
    let run = try await prepare(request)
    let answer = Answer<ExecutionRecord, LaunchError>()
    guard inbox.put([.launch(run, answer)]) else { throw .unavailable(Self.stopping) }
    return try await answer.wait(
      within: timing.answerWithin, on: timing.clock,
      late: .unavailable("the database did not take the execution in time"))
  }

  private func prepare(_ request: RunRequest) async throws(LaunchError) -> PreparedRun {
    let store = store.ask.executions
    let facts: ExecutionLaunchFacts
    let subject: RunPlanner.Subject
    var nodes: [PlannedNode] = []
    do throws(StoreError) {
      facts = try await store.launchFacts(
        job: request.jobID, project: request.project, sidecar: planner.server.sidecar)
    } catch {
      throw LaunchError(error)
    }
    subject = try planner.subject(of: request, facts: facts)
    do throws(StoreError) {
      if planner.needsNodes(subject, request) { nodes = try await store.launchNodes() }
    } catch {
      throw LaunchError(error)
    }
    return try planner.prepare(subject, request, nodes: nodes)
  }

  public func abort(
    _ id: ExecutionID, by user: String
  ) async throws(AbortError) -> AbortAnswer {
    let before = try await find(id)
    guard !before.status.isFinal else {
      return AbortAnswer(.failed, reason: "The execution is not running", execution: before)
    }
    guard before.owner?.member == term.member else {
      return AbortAnswer(
        .failed, execution: before, carriedBy: before.owner?.member.text ?? "no member")
    }
    let answer = Answer<AbortAnswer.State, AbortError>()
    guard inbox.put([.abort(id, user: user, answer)]) else { throw .unavailable(Self.stopping) }
    let state = try await answer.wait(
      within: timing.answerWithin, on: timing.clock,
      late: .unavailable("the database did not take the request in time"))
    let after = try await find(id)
    return AbortAnswer(
      state, reason: state == .failed ? "The execution is not running" : nil, execution: after)
  }

  private func find(_ id: ExecutionID) async throws(AbortError) -> ExecutionRecord {
    do throws(StoreError) {
      if let record = try await store.ask.executions.find(id) { return record }
    } catch {
      throw AbortError(error)
    }
    throw .noExecution(id)
  }

  /// Works for executions that this member carries; the end of others' is not signalled yet.
  public nonisolated func waitUntilEnded(_ id: ExecutionID) async throws -> ExecutionRecord? {
    let ending = endings.ending(of: id)
    let record = try await store.ask.executions.find(id)
    guard let record, !record.status.isFinal else { return record }
    for await _ in ending {}
    try Task.checkCancellation()
    return try await store.ask.executions.find(id)
  }
}

extension AbortAnswer {
  init(_ state: State, execution: ExecutionRecord, carriedBy member: String) {
    self.init(
      state, reason: "The execution is carried by \(member)", execution: execution)
  }
}

extension RunRequest {
  /// The job that is to run; nil for an ad hoc run.
  var jobID: JobID? { if case .job(let id) = subject { id } else { nil } }
  /// The project of an ad hoc run; nil for a job, which knows its own.
  var project: String? { if case .adHoc(let project, _) = subject { project } else { nil } }
}
