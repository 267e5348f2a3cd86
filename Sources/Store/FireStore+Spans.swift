import Database
public import Model

/// A period of one job's instants.
public struct LedgerSpan: Sendable, Hashable {
  public let job: JobID
  /// Instants after this one …
  public let after: Instant
  /// … and not after this one.
  public let through: Instant

  public init(job: JobID, after: Instant, through: Instant) {
    self.job = job
    self.after = after
    self.through = through
  }
}

/// An execution that was due at an instant.
public struct FiredExecution: Sendable, Hashable {
  public let dueAt: Instant
  public let execution: ExecutionID
  public let createdAt: Instant

  public init(dueAt: Instant, execution: ExecutionID, createdAt: Instant) {
    self.dueAt = dueAt
    self.execution = execution
    self.createdAt = createdAt
  }
}

// Questions about many jobs at once.
extension FireStore {
  /// The most jobs or periods of one statement.
  private static let atOnce = 256

  /// The instants in these periods, each of a job of its own, that have an outcome.
  public func settled(in spans: [LedgerSpan]) async throws(StoreError) -> [FireKey] {
    var found: [FireKey] = []
    for part in spans.parts(of: Self.atOnce) {
      var arguments = SQLArguments()
      let rows = arguments.rows(
        part.map { [.text($0.job.text), .instant($0.after), .instant($0.through)] })
      found += try await scope.all(
        """
        WITH span (job_id, after, through) AS (VALUES \(rows))
        SELECT f.job_id, f.due_at FROM span JOIN fire AS f ON f.job_id = span.job_id
          AND f.due_at > span.after AND f.due_at <= span.through
        """, arguments.values
      ) { row throws(StoreError) in
        FireKey(job: JobID(try row.text("job_id")), dueAt: try row.instant("due_at"))
      }
    }
    return found
  }

  /// The executions of these jobs that share their due instant, in (`after`, `through`], with another one of
  /// the job.
  public func sharedInstants(
    of jobs: [JobID], after: Instant, through: Instant
  ) async throws(StoreError) -> [JobID: [FiredExecution]] {
    var found: [JobID: [FiredExecution]] = [:]
    for part in jobs.parts(of: Self.atOnce) {
      var arguments = SQLArguments([.instant(after), .instant(through)])
      let list = arguments.list(part.padded.map { .text($0.text) })
      let pairs = try await scope.all(
        """
        SELECT e.id, e.job_id, e.due_at, e.created_at FROM execution AS e
        JOIN (SELECT job_id, due_at FROM execution
          WHERE job_id IN \(list) AND due_at > $1 AND due_at <= $2
          GROUP BY job_id, due_at HAVING COUNT(*) > 1) AS shared
        ON e.job_id = shared.job_id AND e.due_at = shared.due_at
        """, arguments.values
      ) { row throws(StoreError) in
        let execution = FiredExecution(
          dueAt: try row.instant("due_at"), execution: ExecutionID(try row.int("id")),
          createdAt: try row.instant("created_at"))
        return (JobID(try row.text("job_id")), execution)
      }
      for (job, execution) in pairs { found[job, default: []].append(execution) }
    }
    return found
  }
}
