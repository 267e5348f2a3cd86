import Model
import Store
import WorkflowEngine

extension RunPlanner {
  /// How this run's nodes are chosen; nil means on the member's own agent.
  func filter(_ subject: Subject, _ request: RunRequest) -> NodeDispatch? {
    guard let override = request.nodeFilter, !override.isEmpty else {
      return subject.job.nodeFilter
    }
    guard var dispatch = subject.job.nodeFilter else { return NodeDispatch(filter: override) }
    dispatch.filter = override
    dispatch.excludeFilter = nil
    return dispatch
  }

  /// Whether the job wants its nodes to be chosen by hand and nobody has (RUN-12).
  func isUnselected(_ subject: Subject, _ request: RunRequest) -> Bool {
    subject.job.nodeFilter != nil && !subject.job.nodesSelectedByDefault
      && (request.nodeFilter ?? "").isEmpty
  }

  /// The plan, with an obstacle where there is no node to work on. `options` are for settings that refer to them.
  func plan(
    _ subject: Subject, _ request: RunRequest, options: [String: String], nodes all: [PlannedNode]
  ) throws(LaunchError) -> ExecutionPlan {
    let dispatch = filter(subject, request)
    var plan = try frame(subject.job, dispatch, options)
    plan.home = subject.sidecar
    plan.globals = subject.globals
    plan.userEmail = subject.userEmail
    if isUnselected(subject, request) {
      plan.obstacle =
        "No nodes were selected: the job has nodesSelectedByDefault false and the "
        + "run named no node filter"
    } else if let dispatch {
      plan.nodes = try language.select(dispatch, all)
      var random = random()
      try Self.orchestrate(
        &plan, subject.job, options: options, rankAttribute: dispatch.rankAttribute,
        using: &random)
      if plan.nodes.isEmpty, !dispatch.successOnEmptyNodeFilter {
        plan.obstacle = "No nodes matched for the filter: \(dispatch.filter)"
      }
    } else if let sidecar = subject.sidecar {
      plan.nodes = [sidecar]
    } else {
      plan.obstacle =
        "No agent of the server's own host is enrolled, so there is no node \(server.name) to run on"
    }
    return plan
  }

  /// The rules of a job whose workflow has some, once they are found to be of use.
  private func rules(
    _ job: Job, _ strategy: ExecutionPlan.Strategy
  ) throws(LaunchError) -> String? {
    guard strategy == .ruleset else { return nil }
    let rules = job.workflow.rules ?? ""
    do {
      _ = try Ruleset(rules, steps: job.workflow.steps.map(\.description))
    } catch {
      throw .unsupported("The job \"\(job.name)\" cannot be run. \(error)")
    }
    return rules
  }

  private func frame(
    _ job: Job, _ dispatch: NodeDispatch?, _ options: [String: String]
  ) throws(LaunchError) -> ExecutionPlan {
    guard let strategy = ExecutionPlan.Strategy(rawValue: job.workflow.strategy.name) else {
      throw .unsupported(
        "The job \"\(job.name)\" has the workflow strategy \"\(job.workflow.strategy.name)\", "
          + "which this version does not know how to carry out")
    }
    return ExecutionPlan(
      strategy: strategy, rules: try rules(job, strategy), keepgoing: job.workflow.keepgoing,
      nodeKeepgoing: dispatch?.keepgoing ?? false,
      threadCount: try ThreadCount.of(dispatch, options: options), nodes: [],
      steps: ExecutionPlan.steps(of: job.workflow.steps))
  }
}

extension ExecutionPlan {
  /// The steps of a workflow, numbered.
  static func steps(of steps: [WorkflowStep]) -> [PlannedStep] {
    steps.enumerated().map { index, step in
      PlannedStep(
        step: String(index + 1), isNodeStep: step.kind.isNodeStep, label: step.description,
        handler: step.errorHandler.flatMap { handler in
          guard handler.isEnabled else { return nil }
          return PlannedHandler(
            isNodeStep: handler.kind.isNodeStep, keepgoingOnSuccess: handler.keepgoingOnSuccess)
        })
    }
  }
}
