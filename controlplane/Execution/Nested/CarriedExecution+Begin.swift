import Model
import Store
import Wire
import WorkflowEngine

// What becomes of a cell that the machine wants to begin.

extension CarriedExecution {
  /// Starts what the machine wants to start; what cannot be carried out fails at once, which may let the machine go
  /// on to the next.
  mutating func goOn(_ tools: StepTools, transition: inout Transition) {
    guard !isScheduled else { return }
    beginInterrupted(tools, transition: &transition)
    while case let decision = machine.advance(), !decision.isEmpty {
      note(decision.ended, at: tools.stamp, transition: &transition)
      for key in decision.starts { begin(key, tools, transition: &transition) }
    }
  }

  /// Begins a cell. `isAgain`: a member that was lost had begun it, and nobody knows how far it came.
  mutating func begin(
    _ key: StepKey, _ tools: StepTools, isAgain: Bool = false, transition: inout Transition
  ) {
    if isDisabled(key) { return skip(key, at: tools.stamp, transition: &transition) }
    do throws(UnfitStep) {
      let context = try context(of: key, tools)
      switch try tools.language.work(context) {
      case .agent(let specification):
        assign(specification, to: key, at: tools.stamp, transition: &transition)
      case .sidecar(let specification):
        assign(
          specification, to: key, onServer: true, at: tools.stamp, transition: &transition)
      case .member(let step) where isAgain && !step.isRepeatable:
        lose(key, at: tools.stamp, transition: &transition)
      case .member(let step):
        begin(step, for: key, at: tools.stamp, transition: &transition)
      case .nested(let work):
        begin(work, for: key, at: tools.stamp, transition: &transition)
      }
    } catch {
      fail(key, .notStarted(message: error.message), at: tools.stamp, transition: &transition)
    }
  }

  /// Ends a cell as an outcome says that no agent reported.
  mutating func fail(
    _ key: StepKey, _ outcome: AssignmentOutcome, at instant: Instant,
    transition: inout Transition
  ) {
    let end = CellEnd(outcome, isAborted: machine.isAborted, startedAt: nil)
    self.end(key, end, at: instant, transition: &transition)
  }

  /// Assigns a step to its node's agent; a step without a node, or one that is the server's, to that of the member's
  /// own host.
  mutating func assign(
    _ specification: StepSpecification, to key: StepKey, onServer: Bool = false,
    at instant: Instant, transition: inout Transition
  ) {
    let node = onServer ? nil : machine.place(of: key)?.node
    guard let agent = (node ?? machine.plan.home)?.agent else {
      let message = "no agent of the server's own host is enrolled, where this step would run"
      return fail(key, .notStarted(message: message), at: instant, transition: &transition)
    }
    transition.starts.append(
      Transition.Start(key: key, agent: agent, specification: specification))
  }

  /// A step that its definition switches off is no failure and no success.
  private func isDisabled(_ key: StepKey) -> Bool {
    guard let place = machine.place(of: key) else { return false }
    return workflows[key.workflow]?.definition(place.index, isHandler: place.isHandler)?.isEnabled
      == false
  }

  private mutating func skip(_ key: StepKey, at instant: Instant, transition: inout Transition) {
    transition.lines.append(
      ExecutionLogLine(
        execution: id, key: key, level: .normal, at: instant,
        text: "The step is disabled: it is passed over"))
    end(key, CellEnd(.notStarted), at: instant, transition: &transition)
  }

  private func context(of key: StepKey, _ tools: StepTools) throws(UnfitStep) -> StepInContext {
    guard let place = machine.place(of: key), let workflow = workflows[key.workflow],
      let definition = workflow.definition(place.index, isHandler: place.isHandler)
    else { throw UnfitStep(message: "the definition has no step \(key)") }
    var context = StepInContext(
      execution: id, project: workflow.project, jobID: workflow.jobID, job: workflow.job,
      user: record.user, logLevel: record.logLevel, options: workflow.options,
      secureOptions: workflow.secureOptions, argString: workflow.argString,
      node: place.node?.node, serverNode: record.serverNode ?? tools.server.name,
      server: tools.server, step: key.step, definition: definition,
      remaining: deadline.map { tools.now.duration(to: $0) },
      captured: captured.seen(by: key.step))
    context.failure = failure(for: key, isHandler: place.isHandler)
    // A referenced job has its own.
    context.nodeFilter = workflow.lineage.count > 1 ? nil : record.nodeFilter
    context.threadCount = place.plan.threadCount
    context.retryAttempt = record.retryAttempt
    context.executionType = record.runType.rawValue
    context.hidden = workflow.secrets
    context.files = files
    context.globals = globals(of: place)
    context.userEmail = machine.plan.userEmail
    return context
  }

  /// Sub-steps have those of the workflow that they belong to.
  private func globals(of place: WorkflowMachine.Place) -> [String: String] {
    var place = place
    while place.plan.globals == nil, let parent = place.parent,
      let outer = machine.place(of: parent)
    {
      place = outer
    }
    return place.plan.globals ?? [:]
  }

  /// Goes on with what the member before this one had begun itself.
  private mutating func beginInterrupted(_ tools: StepTools, transition: inout Transition) {
    let keys = interrupted
    interrupted = []
    for key in keys {
      guard !machine.isAborted else {
        let end = CellEnd(
          .aborted,
          failure: StepFailure("Interrupted", "The execution was aborted"))
        self.end(key, end, at: tools.stamp, transition: &transition)
        continue
      }
      begin(key, tools, isAgain: true, transition: &transition)
    }
  }

  private mutating func lose(_ key: StepKey, at instant: Instant, transition: inout Transition) {
    let reason =
      "the member that carried the step out was lost, so nobody knows whether it was done"
    fail(key, .lost(reason: reason), at: instant, transition: &transition)
  }
}
