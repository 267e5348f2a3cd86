import Database
import Glibc
import Model
import Postgres
import Store
import TestSupport

/// How long lists of a long history take: `HISTORY_EXECUTIONS` executions (1,000,000 when it is not set), of which 7 in
/// 10 are in one project with 50,000 jobs. Each question is asked often, with what the page of the API asks beside it.
enum HistoryBenchmark {
  private static let jobs = 50_000
  private static let rounds = variable("HISTORY_ROUNDS").flatMap { Int($0) } ?? 25

  static func run() async throws -> [Figure] {
    let executions = variable("HISTORY_EXECUTIONS").flatMap { Int64($0) } ?? 1_000_000
    if let url = variable("HISTORY_DATABASE") { return try await measure(url, executions) }
    let server = try await ScratchPostgres()
    do {
      try await settle(server)
      let figures = try await measure(server.url(), executions)
      await server.remove()
      return figures
    } catch {
      await server.remove()
      throw error
    }
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// What a server of a database of some gigabytes is given.
  private static func settle(_ server: ScratchPostgres) async throws {
    let database = PostgresDatabase(
      try PostgresAddress(server.url()), configuration: PostgresConfiguration(connections: 1))
    for setting in [
      "shared_buffers = '1GB'", "max_wal_size = '8GB'", "maintenance_work_mem = '512MB'",
    ] {
      _ = try await database.run(Statement("ALTER SYSTEM SET \(setting)"))
    }
    await database.close()
    try await server.restart()
  }

  /// A database that has a history already is measured as it is.
  private static func measure(_ url: String, _ executions: Int64) async throws -> [Figure] {
    let database = LoggedDatabase(
      PostgresDatabase(
        try PostgresAddress(url), configuration: PostgresConfiguration(connections: 2)))
    let store = Store(database)
    try await store.migrate()
    if try await store.ask.projects.find(HistoryGenerator.project(0)) == nil {
      let filling = try await seconds {
        try await HistoryGenerator(store: store, executions: executions, jobs: jobs).generate {
          print("  \($0)")
          fflush(nil)
        }
      }
      print("  filled in \(Int(filling)) s")
    }
    let figures = try await lists(store, database) + others(store, database)
    await database.close()
    return figures
  }

  private static func lists(_ store: Store, _ database: LoggedDatabase) async throws -> [Figure] {
    let rows = try await store.ask.run(
      """
      SELECT job_id FROM history_by_job WHERE project = 'history-0' AND job_id <> ''
      GROUP BY job_id ORDER BY SUM(total)
      """
    ).rows
    let ids = try rows.map { JobID(try $0.text("job_id")) }
    guard let rarely = ids.first, let often = ids.last else { return [] }
    var figures: [Figure] = []
    for (name, change) in HistoryQuestions.all(
      now: try await store.now(), often: often, rarely: rarely)
    {
      var query = ExecutionHistoryQuery(projects: ["history-0"])
      query.limit = 20
      change(&query)
      figures += try await figure("list: \(name)", database) {
        let history = store.ask.executionHistory
        let page = try await history.page(query)
        _ = try await history.details(of: page.executions)
        return "of \(page.total)"
      }
    }
    return figures
  }

  private static func others(_ store: Store, _ database: LoggedDatabase) async throws -> [Figure] {
    var running = ExecutionHistoryQuery()
    running.unfinishedOnly = true
    let query = running
    return try await figure("running executions of all projects", database) {
      "of \(try await store.ask.executionHistory.page(query).total)"
    }
      + figure("metrics of all projects", database) {
        "of \(try await store.ask.executionHistory.metrics(ExecutionHistoryQuery()).total)"
      }
      + figure("projects and how they ended", database) {
        "of \(try await store.ask.executionHistory.counts(since: nil).count)"
      }
      + figure("50,000 jobs", database, atMost: 300) {
        "of \(try await store.ask.jobs.briefs(JobQuery(project: "history-0")).count)"
      }
  }

  /// The slowest twentieth of the questions in milliseconds; beside it the median, the statements and what was found.
  private static func figure(
    _ name: String, _ database: LoggedDatabase, atMost bound: Double = 100,
    _ ask: () async throws -> String
  ) async throws -> [Figure] {
    var times: [Double] = []
    var found = ""
    for _ in 0..<rounds { times.append(try await seconds { found = try await ask() } * 1_000) }
    let before = database.statements.count
    _ = try await ask()
    times.sort()
    return [
      Figure(
        name: name, value: times[rounds * 95 / 100], unit: "ms", reach: .atMost(bound),
        machine:
          "p50 \(rounded(median(times))) ms, \(database.statements.count - before) statements, \(found)"
      )
    ]
  }
}
