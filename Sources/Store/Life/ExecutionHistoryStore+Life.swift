import Database
import Model

extension ExecutionHistoryStore {
  /// Adds where the next tries stand, and what goes on of the jobs whose executions wait.
  func addLife(
    of executions: ArraySlice<ExecutionRecord>, to details: inout ExecutionDetails
  ) async throws(StoreError) {
    let next = Set(executions.compactMap(\.retriedAs))
    let jobs = Set(executions.filter { $0.waitsFor != nil }.compactMap(\.jobID))
    guard !next.isEmpty || !jobs.isEmpty else { return }
    let results = try await scope.batch([Self.statuses(of: next), Self.goingOn(of: jobs)])
    for row in results[0].rows {
      details.statuses[ExecutionID(try row.int("id"))] = try row.value("status")
    }
    for row in results[1].rows {
      let job = JobID(try row.text("job_id"))
      guard details.goingOn[job, default: []].count < 20 else { continue }
      details.goingOn[job, default: []].append(ExecutionID(try row.int("id")))
    }
  }

  private static func statuses(of ids: Set<ExecutionID>) -> Statement {
    var arguments = SQLArguments()
    let list = arguments.list(ids.map { .integer($0.number) })
    return Statement(
      "SELECT id, status FROM execution WHERE id IN \(list) AND removal_at IS NULL",
      arguments.values)
  }

  private static func goingOn(of jobs: Set<JobID>) -> Statement {
    var arguments = SQLArguments()
    let list = arguments.list(jobs.map { .text($0.text) })
    return Statement(
      """
      SELECT e.job_id AS job_id, e.id AS id FROM execution AS e
      WHERE e.job_id IN \(list) AND \(JobRoomSQL.goesOn("e")) ORDER BY e.id
      """, arguments.values)
  }
}
