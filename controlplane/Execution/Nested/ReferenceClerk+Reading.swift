import Model
import Store

// What the store is asked for references; what wait at the same time share the answers.

extension ReferenceClerk {
  /// The job that is meant; nil when there is none.
  func facts(
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

  /// The project's values for all steps.
  func globals(
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
  func nodes(_ folder: inout ReferenceFolder) async throws(LaunchError) -> [PlannedNode] {
    if let nodes = folder.nodes { return nodes }
    let executions = store.ask.executions
    let nodes = try await LaunchError.asking { () throws(StoreError) in
      try await executions.launchNodes()
    }
    folder.nodes = nodes
    return nodes
  }

  /// Where a job without a node filter runs: on the node of a node step, else on the member's own host.
  func home(
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
}
