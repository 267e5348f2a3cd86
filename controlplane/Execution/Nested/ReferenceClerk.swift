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

  /// Whether other servers may have to be asked for the job's options. False where the store does not answer.
  func asksServers(_ task: ReferenceTask, _ folder: inout ReferenceFolder) async -> Bool {
    let facts = try? await facts(of: task.job, task, &folder)
    return facts?.job.options.contains(where: \.asksServers) ?? false
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

  /// Room of the job is taken last: what can fail has been tried by then.
  private func plan(
    _ facts: ReferencedJobFacts, _ task: ReferenceTask, _ folder: inout ReferenceFolder
  ) async throws(LaunchError) -> ReferenceAnswer {
    let request = try Self.request(facts, task)
    var subject = try await subject(facts, task, &folder)
    let options = try await planner.options(subject, request, for: task.execution)
    subject.job = Self.job(facts.job, of: task)
    let plan = try await plan(subject, request, options, task, &folder)
    if let obstacle = plan.obstacle {
      return .failed(StepFailure("NoMatchedNodes", obstacle))
    }
    let workflow = CarriedWorkflow(
      of: facts.id, in: facts.project, facts.job, options, below: task.parent)
    let planned = PlannedReference(
      workflow: workflow, plan: plan, record: try record(workflow, plan, options, task))
    if let failure = try await lacksRoom(facts, options, task) { return .failed(failure) }
    return .workflow(planned)
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
