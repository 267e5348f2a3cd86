import Cryptography
import Model
import Store

/// Decides what a job reference comes to: which job, with which options, on which nodes.
struct ReferenceClerk: Sendable {
  let store: Store
  let planner: RunPlanner
  let sealer: EnvelopeSealer
  let member: MemberID

  /// Throws `LaunchError.unavailable` when the store does not answer, and nothing else.
  func answer(
    _ task: ReferenceTask, _ folder: inout ReferenceFolder
  ) async throws(LaunchError) -> ReferenceAnswer {
    do throws(LaunchError) {
      return try await look(at: task, &folder)
    } catch {
      if case .unavailable = error { throw error }
      return .failed(StepFailure(error))
    }
  }

  private func look(
    at task: ReferenceTask, _ folder: inout ReferenceFolder
  ) async throws(LaunchError) -> ReferenceAnswer {
    guard task.key.depth < NestedLimits.depth else { return .failed(.tooDeep) }
    guard let facts = try await facts(of: task.job, task, &folder) else {
      return .failed(task.notFound)
    }
    if task.parent.lineage.contains(facts.id) {
      return .failed(.cycle(task.parent.lineage + [facts.id], facts.job))
    }
    if let refusal = refusal(facts, task.reference) { return refusal }
    return try await plan(facts, task, &folder)
  }

  private func facts(
    of job: ReferencedJob, _ task: ReferenceTask, _ folder: inout ReferenceFolder
  ) async throws(LaunchError) -> ReferencedJobFacts? {
    let asked = ReferenceFolder.Asked(job: job, execution: task.execution)
    if let known = folder.jobs[asked] { return known }
    let executions = store.ask.executions
    let facts = try await LaunchError.asking { () throws(StoreError) in
      try await executions.referenced(job, by: task.execution)
    }
    folder.jobs[asked] = .some(facts)
    return facts
  }

  /// What keeps the job from being run as a reference now.
  private func refusal(_ facts: ReferencedJobFacts, _ reference: JobReference) -> ReferenceAnswer? {
    if !facts.job.executionEnabled || facts.projectIsDisabled {
      let message = "Job [\(facts.job.path)] execution is disabled"
      return reference.failsWhenDisabled
        ? .failed(StepFailure("JobFailed", message))
        : .passedOver("\(message), so it is passed over")
    }
    return nil
  }

  private func plan(
    _ facts: ReferencedJobFacts, _ task: ReferenceTask, _ folder: inout ReferenceFolder
  ) async throws(LaunchError) -> ReferenceAnswer {
    let request = try Self.request(facts, task)
    var subject = try await subject(facts, task, &folder)
    let options = try await planner.options(subject, request)
    subject.job = Self.job(facts.job, of: task)
    var nodes: [PlannedNode] = []
    if planner.needsNodes(subject, request) { nodes = try await self.nodes(&folder) }
    var plan = try planner.plan(subject, request, nodes: nodes)
    if task.reference.nodes?.intersects == true { plan.keepOnly(task.parentNodes) }
    if let obstacle = plan.obstacle {
      return .failed(StepFailure("NoMatchedNodes", obstacle))
    }
    if let failure = try await lacksRoom(facts, options, task) { return .failed(failure) }
    let workflow = CarriedWorkflow(
      of: facts.id, in: facts.project, facts.job, options, below: task.parent)
    return .workflow(
      PlannedReference(
        workflow: workflow, plan: plan, record: try record(workflow, plan, options, task)))
  }

  private func subject(
    _ facts: ReferencedJobFacts, _ task: ReferenceTask, _ folder: inout ReferenceFolder
  ) async throws(LaunchError) -> RunPlanner.Subject {
    RunPlanner.Subject(
      project: facts.project, jobID: facts.id, job: facts.job, definition: "",
      sidecar: try await home(of: task, &folder),
      globals: try await globals(of: facts.project, &folder))
  }

  private func record(
    _ workflow: CarriedWorkflow, _ plan: ExecutionPlan, _ options: ResolvedOptions,
    _ task: ReferenceTask
  ) throws(LaunchError) -> NestedWorkflowRecord {
    do {
      return try NestedWorkflowRecord(
        key: task.key, jobID: workflow.jobID, project: workflow.project, job: workflow.job,
        argString: options.argString, options: options.plain,
        sealedOptions: try OptionSeal(sealer).seal(
          options.secure, for: task.execution, below: task.key), plan: plan)
    } catch {
      throw .failed("\(error)")
    }
  }
}

extension ReferenceClerk {
  /// The project's values for all steps.
  private func globals(
    of project: String, _ folder: inout ReferenceFolder
  ) async throws(LaunchError) -> [String: String] {
    if let globals = folder.globals[project] { return globals }
    let projects = store.ask.projects
    let globals = try await LaunchError.asking { () throws(StoreError) in
      try await projects.globals(of: [project])
    }
    folder.globals[project] = globals[project] ?? [:]
    return globals[project] ?? [:]
  }

  /// The agents' nodes.
  private func nodes(_ folder: inout ReferenceFolder) async throws(LaunchError) -> [PlannedNode] {
    if let nodes = folder.nodes { return nodes }
    let executions = store.ask.executions
    let nodes = try await LaunchError.asking { () throws(StoreError) in
      try await executions.launchNodes()
    }
    folder.nodes = nodes
    return nodes
  }

  /// Where a job without a node filter runs: on the node of a node step, else on the member's own host.
  private func home(
    of task: ReferenceTask, _ folder: inout ReferenceFolder
  ) async throws(LaunchError) -> PlannedNode? {
    if let node = task.node { return node }
    if let sidecar = folder.sidecar { return sidecar }
    let (executions, rule, member) = (store.ask.executions, planner.server.sidecar, member)
    let sidecar = try await LaunchError.asking { () throws(StoreError) in
      try await executions.fireFacts(of: [], sidecar: rule, on: member).sidecar
    }
    folder.sidecar = .some(sidecar)
    return sidecar
  }

  /// The reference's arguments, and the parent's options where they are imported; arguments come first.
  private static func request(
    _ facts: ReferencedJobFacts, _ task: ReferenceTask
  ) throws(LaunchError) -> RunRequest {
    var request = RunRequest(
      .job(facts.id), argString: task.reference.arguments.isEmpty ? nil : task.reference.arguments,
      user: task.user)
    guard task.reference.importsOptions else { return request }
    var values = task.parent.options.merging(task.parent.secureOptions) { plain, _ in plain }
    let known = Dictionary(facts.job.options.map { ($0.name, $0) }) { first, _ in first }
    values = values.filter { name, _ in
      guard let option = known[name] else { return false }
      return option.secure || task.parent.secureOptions[name] == nil
    }
    do throws(ArgumentLineError) {
      for (name, value) in try ArgumentLine.options(task.reference.arguments) {
        values[name] = value
      }
    } catch {
      throw .invalidOptions(["\(error)"])
    }
    request.argString = nil
    request.options = values
    return request
  }

  /// The job as the reference has it run: with the reference's nodes; for a node step on its node, unless the job's own
  /// nodes are asked for.
  private static func job(_ job: Job, of task: ReferenceTask) -> Job {
    var job = job
    let nodes = task.reference.nodes
    if nodes?.filter == nil, task.node != nil, !task.reference.countsChildNodes {
      job.nodeFilter = nil
    } else if let nodes {
      job.nodeFilter = nodes.dispatch(of: job.nodeFilter)
      if nodes.filter != nil { job.nodesSelectedByDefault = true }
    }
    return job
  }
}

extension ExecutionPlan {
  /// Leaves out the nodes that are not among these.
  fileprivate mutating func keepOnly(_ others: [PlannedNode]) {
    let names = Set(others.map(\.name))
    nodes.removeAll { !names.contains($0.name) }
    orchestration = nil
    if nodes.isEmpty { obstacle = obstacle ?? "None of the job's nodes is one of its parent's" }
  }
}

extension StepFailure {
  /// Why a referenced job could not be planned, with the codes that Rundeck's manual has for it.
  fileprivate init(_ error: LaunchError) {
    let reason =
      switch error {
      case .invalidOptions: "InvalidOptions"
      case .invalidFilter: "NoMatchedNodes"
      case .noJob, .noProject: "NotFound"
      default: "JobFailed"
      }
    self.init(reason, "\(error)")
  }
}
