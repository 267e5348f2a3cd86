import Database
import Model
import Store

/// Puts a history of any size straight into PostgreSQL: a large project with most of the jobs and executions and some
/// smaller ones, two years long. What happens often is spread as in life: few jobs run very often, few users do most,
/// most runs succeed.
struct HistoryGenerator {
  let store: Store
  /// How many executions, and how many jobs the large project has.
  let executions: Int64
  let jobs: Int

  static let projects = 20
  static let users = 40
  /// How many of the newest executions have a step's state.
  static let withStates: Int64 = 200_000
  /// How many have not ended.
  static let unfinished: Int64 = 40
  private static let years: Int64 = 2 * 365 * 86_400_000_000
  private static let chunk: Int64 = 500_000

  static func project(_ number: Int) -> String { "history-\(number)" }

  /// Into an empty, migrated database. `note` hears how far it is.
  func generate(_ note: (String) -> Void) async throws {
    try await addProjects()
    try await addJobs()
    note("\(jobs) jobs")
    let indexes = try await takeIndexes()
    try await store.ask.run("ALTER TABLE execution DISABLE TRIGGER ALL")
    let end = try await store.now().microseconds
    for first in stride(from: 1, through: executions, by: Int(Self.chunk)) {
      try await addExecutions(first...min(executions, first + Self.chunk - 1), endingAt: end)
      note("\(min(executions, first + Self.chunk - 1)) executions")
    }
    try await store.ask.run("ALTER TABLE execution ENABLE TRIGGER ALL")
    for index in indexes {
      try await store.ask.run(index)
      note(index)
    }
    try await finish()
    note("summaries")
  }

  private func addProjects() async throws {
    for number in 0..<Self.projects {
      _ = try await store.ask.projects.insert(name: Self.project(number), description: "")
    }
  }

  /// A definition as the store writes it, with its name left open.
  private func definition() async throws -> String {
    let id = JobID("sample")
    let step = WorkflowStep(.exec("echo hello; sleep 1"), description: "Says hello")
    let job = Job(
      name: "@NAME@", group: "@GROUP@", description: "Nightly run of @NAME@",
      workflow: Workflow(steps: [step]))
    try await store.ask.jobs.insert(job, id: id, project: Self.project(0), by: "user-0")
    let row = try await store.ask.run(
      "DELETE FROM job WHERE id = 'sample' RETURNING definition"
    ).rows.first
    return try row?.text("definition") ?? "{}"
  }

  /// The large project's jobs, and a fiftieth as many for each other one.
  private func addJobs() async throws {
    let definition = try await definition()
    try await store.ask.run(
      """
      CREATE TABLE generated (project BIGINT, number BIGINT, id TEXT, name TEXT, group_path TEXT,
        definition TEXT, PRIMARY KEY (project, number))
      """)
    try await store.ask.run(
      """
      INSERT INTO generated
      SELECT p, n, md5(p || '-' || n)::uuid::text, 'job-' || n, 'team-' || n % 50 || '/area-' || n % 7,
        replace(replace($1, '@NAME@', 'job-' || n), '@GROUP@', 'team-' || n % 50 || '/area-' || n % 7)
      FROM generate_series(0, $2 - 1) AS p,
        generate_series(0, CASE WHEN p = 0 THEN $3 ELSE GREATEST($3 / 50, 1) END - 1) AS n
      """, [.text(definition), .integer(Int64(Self.projects)), .integer(Int64(jobs))])
    try await store.ask.run(
      """
      INSERT INTO job (id, project, group_path, name, definition, scheduled, schedule_enabled,
        execution_enabled, description, created_by, created_at, updated_at)
      SELECT id, 'history-' || project, group_path, name, definition, 0, 1, 1,
        'Nightly run of ' || name, 'user-0', 1, 1 FROM generated
      """)
  }

  /// Takes the table's indexes away, to be made again when it is full.
  private func takeIndexes() async throws -> [String] {
    let rows = try await store.ask.run(
      """
      SELECT indexname::text AS name, indexdef::text AS text FROM pg_indexes
      WHERE tablename = 'execution' AND indexname <> 'execution_pkey' ORDER BY 1
      """
    ).rows
    var texts: [String] = []
    for row in rows {
      try await store.ask.run("DROP INDEX \(try row.text("name"))")
      texts.append(try row.text("text"))
    }
    return texts
  }

  private func addExecutions(_ numbers: ClosedRange<Int64>, endingAt end: Int64) async throws {
    let running = executions - Self.unfinished
    try await store.ask.run(
      """
      INSERT INTO execution (id, project, job_id, job_name, job_group, definition, status, username,
        options, log_level, server_node, owner_member, owner_incarnation, epoch, created_at, started_at,
        ended_at, abort_requested_by, due_at)
      SELECT g, 'history-' || p, j.id, j.name, j.group_path, COALESCE(j.definition, '{}'),
        status, 'user-' || floor(power(r4, 3) * \(Self.users)), '{}', 'INFO', 'host', 'member', 1, 1,
        created, created + 20000, CASE WHEN status <> 'running' THEN created + 20000 + took END,
        CASE WHEN status = 'aborted' THEN 'user-' || floor(r5 * \(Self.users)) END,
        CASE WHEN r6 < 0.6 THEN created WHEN r6 < 0.62 THEN created + 60000000 END
      FROM (
        SELECT g, p, r4, r5, r6,
          CASE WHEN r1 < 0.05 THEN -1
            ELSE floor(power(r2, 3) * CASE WHEN p = 0 THEN $3 ELSE GREATEST($3 / 50, 1) END) END AS n,
          CASE WHEN g > \(running) THEN 'running' WHEN r3 < 0.9 THEN 'succeeded'
            WHEN r3 < 0.97 THEN 'failed' WHEN r3 < 0.985 THEN 'aborted' WHEN r3 < 0.995 THEN 'timedout'
            ELSE 'incomplete' END AS status,
          $4 - CAST((\(executions) - g) * \(Self.years / executions) + r5 * 3600000000 AS BIGINT)
            - 4000000000 AS created,
          CAST(power(r2, 8) * 3600000000 AS BIGINT) + 500000 AS took
        FROM (
          SELECT g, CASE WHEN random() < 0.7 THEN 0
              ELSE 1 + CAST(floor(random() * \(Self.projects - 1)) AS INTEGER) END AS p,
            random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS r5,
            random() AS r6
          FROM generate_series($1, $2) AS g) AS dice) AS drawn
      LEFT JOIN generated AS j ON j.project = p AND j.number = n
      """,
      [
        .integer(numbers.lowerBound), .integer(numbers.upperBound), .integer(Int64(jobs)),
        .integer(end),
      ])
  }

  private func finish() async throws {
    try await store.ask.run(
      """
      INSERT INTO step_state (execution_id, step, node, state, started_at, updated_at, ended_at, exit_code)
      SELECT id, '1', 'host', 'SUCCEEDED', started_at, ended_at, ended_at, 0 FROM execution
      WHERE id > $1 AND ended_at IS NOT NULL
      """, [.integer(executions - Self.withStates)])
    try await store.recountHistory()
    for table in [
      "execution", "job", "step_state", "history_by_project", "history_by_job", "history_by_day",
    ] {
      try await store.ask.run("VACUUM ANALYZE \(table)")
    }
  }
}
