import Model
import Store

// Questions about many jobs at once, each over a period of its own.
extension StoreScope {
  /// The most periods of one statement.
  private static let spansAtOnce = 256

  /// The instants in these spans that have an outcome.
  func firesSettled(in spans: [LedgerSpan]) async throws(StoreError) -> [FireKey] {
    var found: [FireKey] = []
    for start in stride(from: 0, to: spans.count, by: Self.spansAtOnce) {
      let part = spans[start..<min(start + Self.spansAtOnce, spans.count)]
      found += try await all(
        """
        WITH span (job_id, after, through) AS (VALUES \(Self.marks(part.count)))
        SELECT f.job_id, f.due_at FROM span JOIN fire AS f ON f.job_id = span.job_id
          AND f.due_at > span.after AND f.due_at <= span.through
        """,
        Self.padded(part).flatMap {
          [.text($0.job.text), .instant($0.after), .instant($0.through)]
        }
      ) { row throws(StoreError) in
        FireKey(job: JobID(try row.text("job_id")), dueAt: try row.instant("due_at"))
      }
    }
    return found
  }

  /// The executions of these jobs that share their due instant, in (`after`, `through`], with another one of
  /// the job.
  func sharedInstants(
    of jobs: [JobID], after: Instant, through: Instant
  ) async throws(StoreError) -> [JobID: [FiredExecution]] {
    var found: [JobID: [FiredExecution]] = [:]
    for start in stride(from: 0, to: jobs.count, by: Self.spansAtOnce) {
      let part = jobs[start..<min(start + Self.spansAtOnce, jobs.count)]
      for (job, execution) in try await sharedInstants(of: part, after, through) {
        found[job, default: []].append(execution)
      }
    }
    return found
  }

  private func sharedInstants(
    of jobs: ArraySlice<JobID>, _ after: Instant, _ through: Instant
  ) async throws(StoreError) -> [(JobID, FiredExecution)] {
    let marks = (0..<jobs.count).map { "$\($0 + 3)" }.joined(separator: ", ")
    return try await all(
      """
      SELECT e.id, e.job_id, e.due_at, e.created_at FROM execution AS e
      JOIN (SELECT job_id, due_at FROM execution
        WHERE job_id IN (\(marks)) AND due_at > $1 AND due_at <= $2
        GROUP BY job_id, due_at HAVING COUNT(*) > 1) AS shared
      ON e.job_id = shared.job_id AND e.due_at = shared.due_at
      """, [.instant(after), .instant(through)] + jobs.map { .text($0.text) }
    ) { row throws(StoreError) in
      let execution = FiredExecution(
        dueAt: try row.instant("due_at"), execution: ExecutionID(try row.int("id")),
        createdAt: try row.instant("created_at"))
      return (JobID(try row.text("job_id")), execution)
    }
  }

  /// The projects' switches that are on, by project and setting.
  func projectSwitches() async throws(StoreError) -> [(project: String, name: String)] {
    let names = ProjectSwitch.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try await all(
      """
      SELECT project, name FROM project_setting
      WHERE name IN (\(names)) AND LOWER(TRIM(value)) = 'true'
      """
    ) { row throws(StoreError) in (try row.text("project"), try row.text("name")) }
  }

  /// Filled up to a power of two with the first one, so that few statements are prepared.
  private static func padded(_ spans: ArraySlice<LedgerSpan>) -> [LedgerSpan] {
    guard let first = spans.first else { return [] }
    return spans + Array(repeating: first, count: width(spans.count) - spans.count)
  }

  private static func marks(_ count: Int) -> String {
    (0..<width(count)).map { "($\($0 * 3 + 1), $\($0 * 3 + 2), $\($0 * 3 + 3))" }
      .joined(separator: ", ")
  }

  private static func width(_ count: Int) -> Int {
    var width = 1
    while width < count { width *= 2 }
    return width
  }
}
