import Model
import Store

/// Decides what a run will do: from the request and what the store knows to a plan. Pure.
struct RunPlanner: Sendable {
  let server: ServerNode
  let language: RunLanguage
  /// Random numbers for orchestrators that choose nodes at random; a new generator for each plan.
  let random: @Sendable () -> any RandomNumberGenerator

  /// What the run is, before nodes are chosen.
  struct Subject: Sendable {
    let project: String
    let jobID: JobID?
    var job: Job
    let definition: String
    let sidecar: PlannedNode?
    /// `project.globals.*` of the project, by name.
    var globals: [String: String] = [:]
    /// The address of whoever runs it; nil without one.
    var userEmail: String?
  }

  /// The job or ad hoc workflow that the request means.
  func subject(
    of request: RunRequest, facts: ExecutionLaunchFacts
  ) throws(LaunchError) -> Subject {
    do throws(StoreError) {
      switch request.subject {
      case .job(let id):
        guard let job = try facts.job(), let project = facts.jobProject,
          let definition = facts.definition
        else { throw .notFound(kind: "job", key: id.text) }
        return Subject(
          project: project, jobID: id, job: job, definition: definition, sidecar: facts.sidecar,
          globals: facts.globals, userEmail: facts.userEmail)
      case .adHoc(let project, let step):
        return try Self.subject(Self.adHocJob(step, request), in: project, facts)
      case .errand(let errand):
        return try Self.subject(ErrandPayload.job(for: errand), in: PluginErrands.project, facts)
      }
    } catch .notFound(kind: "job", let key) {
      throw .noJob(JobID(key))
    } catch .notFound(kind: "project", let key) {
      throw .noProject(key)
    } catch {
      throw LaunchError(error)
    }
  }

  /// What runs without a stored job.
  private static func subject(
    _ job: Job, in project: String, _ facts: ExecutionLaunchFacts
  ) throws(StoreError) -> Subject {
    guard facts.projectExists else { throw .notFound(kind: "project", key: project) }
    return Subject(
      project: project, jobID: nil, job: job, definition: try ExecutionDraft.text(of: job),
      sidecar: facts.sidecar, globals: facts.globals, userEmail: facts.userEmail)
  }

  /// The definition that an ad hoc run is recorded with: one step, and the request's dispatch.
  private static func adHocJob(_ step: WorkflowStep, _ request: RunRequest) -> Job {
    let dispatch = request.nodeFilter.map {
      NodeDispatch(
        filter: $0, threadcount: String(max(1, request.threadCount ?? 1)),
        keepgoing: request.nodeKeepgoing ?? true)
    }
    return Job(name: "adhoc", workflow: Workflow(steps: [step]), nodeFilter: dispatch)
  }

  /// Whether the enrolled agents must be known to plan this run.
  func needsNodes(_ subject: Subject, _ request: RunRequest) -> Bool {
    filter(subject, request) != nil && !isUnselected(subject, request)
  }

  /// The values of the run's options, once it is found that it may and can run; for a job reference, of the execution
  /// that it belongs to.
  func options(
    _ subject: Subject, _ request: RunRequest, for execution: ExecutionID? = nil
  ) async throws(LaunchError) -> ResolvedOptions {
    guard subject.job.executionEnabled else {
      throw .executionDisabled(subject.jobID ?? JobID(""))
    }
    try Self.checkSteps(of: subject.job)
    if let errand = request.errand {
      return ResolvedOptions(secure: [ErrandPayload.option: ErrandPayload(errand).text])
    }
    var question = OptionsQuestion(subject, request)
    question.execution = execution
    return try await language.options(question)
  }

  /// The run, ready to be numbered and committed.
  func prepare(
    _ subject: Subject, _ request: RunRequest, _ options: ResolvedOptions, nodes: [PlannedNode]
  ) throws(LaunchError) -> PreparedRun {
    let filter = filter(subject, request)
    _ = try RetryPlan(of: subject.job, options: options.plain)
    return PreparedRun(
      project: subject.project, jobID: subject.jobID, job: subject.job,
      definition: subject.definition, user: request.user, options: options,
      nodeFilter: filter?.filter,
      logLevel: request.logLevel ?? subject.job.loglevel.rawValue,
      plan: try plan(subject, request, options: options.plain, nodes: nodes),
      serverNode: subject.sidecar?.name ?? server.name,
      runLimit: subject.jobID == nil
        ? nil : try RunLimit.of(subject.job, options: options.plain),
      timeout: try JobTimeout.seconds(of: subject.job, options: options.plain))
  }

  /// Refuses what has nothing to carry out. A step whose plugin is missing fails when its turn comes: another member may
  /// have it.
  private static func checkSteps(of job: Job) throws(LaunchError) {
    guard !job.workflow.steps.isEmpty else {
      throw .unsupported("The job \"\(job.name)\" has no steps")
    }
  }
}
