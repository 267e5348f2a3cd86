import Cluster
import Model
public import Store

extension ExecutionConductor {
  public func launch(_ request: RunRequest) async throws(LaunchError) -> ExecutionRecord {
    guard terms.held != nil else { throw .unavailable(Self.termEnded) }
    let run = try await prepare(request)
    let answer = Answer<ExecutionRecord, LaunchError>()
    try put(run, .request(answer))
    return try await answer.wait(
      within: timing.answerWithin, on: timing.clock,
      late: .unavailable(Self.lateLaunch))
  }

  /// Puts a launch into the next group commit.
  func put(_ run: PreparedRun, _ answer: LaunchAnswer) throws(LaunchError) {
    guard !isDraining, inbox.put([.launch(run, answer)]) else {
      throw .unavailable(Self.stopping)
    }
  }

  private func prepare(_ request: RunRequest) async throws(LaunchError) -> PreparedRun {
    let request = try await inheriting(request)
    let executions = store.ask.executions
    let facts = try await LaunchError.asking { () throws(StoreError) in
      try await executions.launchFacts(
        job: request.jobID, project: request.project, by: request.user,
        sidecar: planner.server.sidecar, on: term.member)
    }
    let subject = try planner.subject(of: request, facts: facts)
    let isErrand = request.errand != nil
    guard isErrand || !facts.projectIsDisabled else { throw .projectDisabled(subject.project) }
    let isActive = isErrand || facts.executionMode == .active
    return try await prepare(subject, request, at: .run, isActive: isActive) {
      () throws(LaunchError) in
      try await LaunchError.asking { () throws(StoreError) in try await executions.launchNodes() }
    }
  }

  /// Makes the run ready to be numbered and committed: its options, who begins it and when, and what it does on
  /// which nodes. `nodes` are the enrolled agents, asked for only when this member plans the run now.
  ///
  /// - Parameter isActive: whether this member may begin runs.
  func prepare(
    _ subject: RunPlanner.Subject, _ request: RunRequest,
    at occasion: RemoteExecutionProfiles.Occasion, isActive: Bool = true,
    nodes all: () async throws(LaunchError) -> [PlannedNode]
  ) async throws(LaunchError) -> PreparedRun {
    let options = try await planner.options(subject, request)
    let (start, decision) = try await place(
      subject, request, options, at: occasion, isActive: isActive)
    let needsNodes = start == .here && planner.needsNodes(subject, request)
    var run = try planner.prepare(
      subject, request, options, nodes: needsNodes ? try await all() : [])
    run.start = start
    run.decision = decision
    return run
  }

  /// Who begins the run, and when. What cannot run anywhere is begun here, and says so at once.
  private func place(
    _ subject: RunPlanner.Subject, _ request: RunRequest, _ options: ResolvedOptions,
    at occasion: RemoteExecutionProfiles.Occasion, isActive: Bool
  ) async throws(LaunchError) -> (PreparedRun.Start, RemoteExecutionDecision?) {
    if isActive, planner.isUnselected(subject, request) || request.errand != nil {
      return (.here, nil)
    }
    if let instant = request.runAt {
      guard instant > time.now() else { throw .unsupported(Self.pastTime) }
      return (.later(instant), nil)
    }
    let question = RemoteExecutionQuestion(
      project: subject.project, occasion: occasion,
      carriesSecureOptions: !options.secure.isEmpty)
    if !isActive { return try await placeElsewhere(question) }
    guard let decision = await cluster.choice?.choose(question) else { return (.here, nil) }
    guard let chosen = decision.chosen else { throw .nobody(decision.reason) }
    return (chosen == term.member ? .here : .elsewhere(chosen), decision)
  }

  /// An active member, for a run that this one may not begin: by the policy of the project where it forwards.
  private func placeElsewhere(
    _ question: RemoteExecutionQuestion
  ) async throws(LaunchError) -> (PreparedRun.Start, RemoteExecutionDecision?) {
    var question = question
    question.excluding = [term.member]
    var decision = await cluster.choice?.choose(question)
    if decision?.isForwarding != true {
      decision = try await LaunchError.asking { [question] () throws(StoreError) in
        try await cluster.choice?.chooseActive(question)
      }
    }
    guard let chosen = decision?.chosen, chosen != term.member else { throw .passive }
    return (.elsewhere(chosen), decision)
  }

  static let pastTime = "runAtTime must be a time in the future"

  /// What a caller is told whose launch was not committed in time. From then on no further try writes
  /// the execution; but a try that was under way may have, and then it runs like any other.
  static let lateLaunch =
    "the database did not take the execution in time. \(mayStillRun)"
  static let mayStillRun =
    "It may still run, if it was recorded in that moment: look at the list of executions before you "
    + "ask again"
}

extension LaunchError {
  /// Asks the store; its errors are those of the launch.
  static func asking<Fact>(
    on isolation: isolated (any Actor)? = #isolation,
    _ question: () async throws(StoreError) -> Fact
  ) async throws(LaunchError) -> Fact {
    do throws(StoreError) {
      return try await question()
    } catch {
      throw LaunchError(error)
    }
  }
}

extension RunRequest {
  /// The job that is to run; nil for an ad hoc run.
  var jobID: JobID? { if case .job(let id) = subject { id } else { nil } }
  /// The project of an ad hoc run or an errand; nil for a job, which knows its own.
  var project: String? {
    switch subject {
    case .job: nil
    case .adHoc(let project, _): project
    case .errand: PluginErrands.project
    }
  }
  /// What a plugin is to do outside of jobs.
  var errand: PluginErrand? { if case .errand(let errand) = subject { errand } else { nil } }
}
