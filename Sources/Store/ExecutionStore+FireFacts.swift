import Database
public import Model

/// What launching the runs of several jobs at once needs to know, beside the jobs' definitions.
public struct FireFacts: Sendable {
  /// A job as it stands now.
  public struct Stamp: Sendable, Hashable {
    public let project: String
    /// Changes with each change of the definition.
    public let updatedAt: Instant
    /// Whether the job may run now.
    public let executionEnabled: Bool
    /// Whose runs the scheduled ones are.
    public let user: String
    /// That user's address; nil without one.
    public let userEmail: String?
  }

  /// Whether the member begins runs.
  public let executionMode: ExecutionMode
  /// The agent of the member's own host, when one is enrolled.
  public let sidecar: PlannedNode?
  /// The jobs that there are.
  public let jobs: [JobID: Stamp]
  /// What the jobs' projects have for all steps (`project.globals.*`), by project and name.
  public let globals: [String: [String: String]]
}

/// A job's definition as it was when it was last changed.
public struct StampedDefinition: Sendable {
  public let updatedAt: Instant
  /// `Model.Job` as JSON.
  public let text: String
  public let job: Job
}

extension ExecutionStore {
  /// What a launch of runs of these jobs on that member needs to know: one round trip, and one statement for
  /// each 512 jobs.
  public func fireFacts(
    of jobs: some Collection<JobID>, sidecar: SidecarRule, on member: MemberID
  ) async throws(StoreError) -> FireFacts {
    let mode = Statement(
      "SELECT value FROM cluster_setting WHERE name = $1", [.text(ExecutionModeStore.key(member))])
    let questions = ValueList.lists(of: jobs.map { .text($0.text) }).map { list in
      Statement(
        """
        SELECT id, project, updated_at, execution_enabled, created_by,
          (SELECT p.email FROM user_profile AS p WHERE p.login = job.created_by) AS email,
          NULL AS name, NULL AS value
        FROM job WHERE id IN (\(list.marks))
        UNION ALL
        SELECT NULL, s.project, NULL, NULL, NULL, NULL, s.name, s.value FROM project_setting AS s
        WHERE s.name LIKE '\(ProjectStore.globalsPrefix)%'
          AND s.project IN (SELECT j.project FROM job AS j WHERE j.id IN (\(list.marks)))
        """, list.arguments)
    }
    let results = try await scope.batch([mode, Self.question(sidecar)] + questions)
    let (stamps, globals) = try Self.split(results.dropFirst(2).flatMap(\.rows))
    return FireFacts(
      executionMode: try ExecutionModeStore.mode(try results[0].rows.first?.text("value")),
      sidecar: try results[1].rows.first.map(Self.node), jobs: stamps,
      globals: try ProjectStore.globals(globals))
  }

  /// The jobs, and the rows of their projects' values.
  private static func split(
    _ rows: [Row]
  ) throws(StoreError) -> ([JobID: FireFacts.Stamp], [Row]) {
    var jobs: [JobID: FireFacts.Stamp] = [:]
    var rest: [Row] = []
    for row in rows {
      guard let id = try row.optionalText("id") else {
        rest.append(row)
        continue
      }
      jobs[JobID(id)] = FireFacts.Stamp(
        project: try row.text("project"), updatedAt: try row.instant("updated_at"),
        executionEnabled: try row.bool("execution_enabled"), user: try row.text("created_by"),
        userEmail: try row.optionalText("email"))
    }
    return (jobs, rest)
  }

  /// The definitions of these jobs; one that is damaged is left out.
  public func definitions(
    of jobs: some Collection<JobID>
  ) async throws(StoreError) -> [JobID: StampedDefinition] {
    var found: [JobID: StampedDefinition] = [:]
    for list in ValueList.lists(of: jobs.map { .text($0.text) }) {
      let rows = try await scope.run(
        "SELECT id, updated_at, definition FROM job WHERE id IN (\(list.marks))", list.arguments
      ).rows
      for row in rows {
        let text = try row.text("definition")
        let job: Job? = try? StoredJSON.decode(text, column: "job.definition")
        guard let job else { continue }
        found[JobID(try row.text("id"))] = StampedDefinition(
          updatedAt: try row.instant("updated_at"), text: text, job: job)
      }
    }
    return found
  }
}
