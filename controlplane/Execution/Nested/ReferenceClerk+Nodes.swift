import Model

// Where a referenced job runs.

extension ReferenceClerk {
  /// The job's plan, its orchestrator's choice included; where the nodes are to be the parent's too, it chooses among
  /// these.
  func plan(
    _ subject: RunPlanner.Subject, _ request: RunRequest, _ options: ResolvedOptions,
    _ task: ReferenceTask, _ folder: inout ReferenceFolder
  ) async throws(LaunchError) -> ExecutionPlan {
    let common =
      task.reference.nodes?.intersects == true ? Set(task.parentNodes.map(\.name)) : nil
    let chooses = planner.needsNodes(subject, request)
    var nodes = chooses ? try await self.nodes(&folder) : []
    if let common { nodes.removeAll { !common.contains($0.name) } }
    var plan = try planner.plan(subject, request, options: options.plain, nodes: nodes)
    guard let common else { return plan }
    plan.nodes.removeAll { !common.contains($0.name) }
    if plan.nodes.isEmpty, chooses || plan.obstacle == nil {
      plan.obstacle = "None of the job's nodes is one of its parent's"
    }
    return plan
  }

  /// The job as the reference has it run: with the reference's nodes; for a node step on its node, unless the job's own
  /// nodes are asked for.
  static func job(_ job: Job, of task: ReferenceTask) -> Job {
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
