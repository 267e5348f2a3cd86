import Database
public import Model

/// What a launch needs to know about its job and project.
public struct ExecutionLaunchFacts: Sendable {
  /// Whether the project exists.
  public let projectExists: Bool
  /// The job's definition as stored (`Model.Job` as JSON); nil when there is no such job.
  public let definition: String?
  /// The project that the job belongs to.
  public let jobProject: String?
  /// Whether the job may run now.
  public let executionEnabled: Bool
  /// Whether nothing of the project may run (`project.disable.executions`).
  public let projectIsDisabled: Bool
  /// Whether the member begins runs.
  public let executionMode: ExecutionMode
  /// The agent of the member's own host, when one is enrolled.
  public let sidecar: PlannedNode?
  /// `project.globals.*` of the project, by name.
  public let globals: [String: String]
  /// The address of whoever asks; nil without one.
  public let userEmail: String?

  /// The job's definition, decoded, with its switch as it is now and not as it was imported.
  public func job() throws(StoreError) -> Job? {
    guard let definition else { return nil }
    var job: Job = try StoredJSON.decode(definition, column: "job.definition")
    job.executionEnabled = executionEnabled
    return job
  }
}

/// How a member's own agent is found.
public enum SidecarRule: Sendable, Hashable {
  /// The agent whose host name is the member's; of several the one that has that name too, else the first enrolled.
  case hostname(String)
  /// The agent of this name, which the configuration gives (`quarterdeck.sidecar`).
  case agent(named: String)
}

extension ExecutionStore {
  /// What a launch on that member by `user` needs to know, in one round trip. `project` is asked for when there is
  /// no job.
  public func launchFacts(
    job: JobID?, project: String?, by user: String = "", sidecar: SidecarRule,
    on member: MemberID
  ) async throws(StoreError) -> ExecutionLaunchFacts {
    let results = try await scope.batch([
      Self.question(job: job, project: project, by: user, ExecutionModeStore.key(member)),
      Self.question(sidecar),
      ProjectStore.globals(
        of: job == nil ? "$1" : "(SELECT project FROM job WHERE id = $1)",
        [.text(job?.text ?? project)]),
    ])
    let row = results[0].rows.first
    return ExecutionLaunchFacts(
      projectExists: row != nil,
      definition: try row?.optionalText("definition"),
      jobProject: job == nil ? nil : try row?.text("project"),
      executionEnabled: try row?.bool("execution_enabled") ?? true,
      projectIsDisabled: try row?.optionalText("disabled") == "true",
      executionMode: try ExecutionModeStore.mode(try row?.optionalText("mode")),
      sidecar: try results[1].rows.first.map(Self.node),
      globals: try ProjectStore.globals(results[2].rows)[
        job == nil ? project ?? "" : row?.text("project") ?? ""] ?? [:],
      userEmail: try row?.optionalText("email"))
  }

  /// All enrolled agents as nodes, ordered by node name.
  public func launchNodes() async throws(StoreError) -> [PlannedNode] {
    try await scope.all("SELECT id, node FROM agent ORDER BY name", as: Self.node)
  }

  private static func question(
    job: JobID?, project: String?, by user: String, _ mode: String
  ) -> Statement {
    let settings = { (project: String) in
      """
      (SELECT value FROM cluster_setting WHERE name = $2) AS mode, (SELECT value FROM project_setting \
      WHERE project = \(project) AND name = 'project.disable.executions') AS disabled, \
      (SELECT email FROM user_profile WHERE login = $3) AS email
      """
    }
    if let job {
      return Statement(
        """
        SELECT project, definition, execution_enabled, \(settings("job.project")) FROM job
        WHERE id = $1
        """, [.text(job.text), .text(mode), .text(user)])
    }
    return Statement(
      """
      SELECT name AS project, NULL AS definition, 1 AS execution_enabled, \(settings("project.name"))
      FROM project WHERE name = $1
      """, [.text(project), .text(mode), .text(user)])
  }

  static func question(_ sidecar: SidecarRule) -> Statement {
    switch sidecar {
    case .hostname(let hostname):
      Statement(
        """
        SELECT id, node FROM agent WHERE hostname = $1
        ORDER BY CASE WHEN name = $1 THEN 0 ELSE 1 END, enrolled_at, name LIMIT 1
        """, [.text(hostname)])
    case .agent(let name):
      Statement("SELECT id, node FROM agent WHERE name = $1", [.text(name)])
    }
  }

  static func node(_ row: Row) throws(StoreError) -> PlannedNode {
    PlannedNode(
      node: try StoredJSON.decode(try row.text("node"), column: "agent.node"),
      agent: AgentID(try row.text("id")))
  }
}
