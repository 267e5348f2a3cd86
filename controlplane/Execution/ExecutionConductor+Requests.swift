public import Model
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

  public func abort(
    _ id: ExecutionID, by user: String
  ) async throws(AbortError) -> AbortAnswer {
    let before = try await find(id)
    guard !before.status.isFinal else { return AbortAnswer(alreadyEnded: before) }
    guard before.owner?.member == term.member else {
      return AbortAnswer(
        .failed, execution: before, carriedBy: before.owner?.member.text ?? "no member")
    }
    let state = try await ask { .abort(id, user: user, $0) }
    // A kill that is on its way is answered with what it is to end, however fast it was.
    if state == .pending { return AbortAnswer(state, execution: before) }
    let after = try await find(id)
    return state == .failed
      ? AbortAnswer(alreadyEnded: after) : AbortAnswer(state, execution: after)
  }

  public func endIncomplete(
    _ id: ExecutionID, by user: String
  ) async throws(AbortError) -> AbortAnswer {
    let before = try await find(id)
    guard !before.status.isFinal else { return AbortAnswer(alreadyEnded: before) }
    if carried[id] != nil, try await ask({ .endIncomplete(id, user: user, $0) }) != .failed {
      return AbortAnswer(.aborted, execution: try await find(id))
    }
    guard try await takeAndEndIncomplete(id, by: user) else {
      return AbortAnswer(alreadyEnded: try await find(id))
    }
    return AbortAnswer(.aborted, execution: try await find(id))
  }

  private func ask(
    _ input: (Answer<AbortAnswer.State, AbortError>) -> ConductorInput
  ) async throws(AbortError) -> AbortAnswer.State {
    let answer = Answer<AbortAnswer.State, AbortError>()
    guard inbox.put([input(answer)]) else { throw .unavailable(Self.stopping) }
    return try await answer.wait(
      within: timing.answerWithin, on: timing.clock,
      late: .unavailable(
        "the database did not take the request in time; it may still be carried out"))
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
  init(alreadyEnded execution: ExecutionRecord) {
    self.init(.failed, reason: "The execution is not running", execution: execution)
  }

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
