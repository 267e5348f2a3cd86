import Database
public import Model

/// How far the instants of a schedule have their outcomes, as its owner knows it.
public struct ScheduleAdvance: Sendable, Hashable {
  public var job: JobID
  /// The version that the owner knows.
  public var version: Int64
  /// Every instant of it up to and including this one is in the ledger.
  public var until: Instant

  public init(job: JobID, version: Int64, until: Instant) {
    self.job = job
    self.version = version
    self.until = until
  }
}

extension ScheduleStore {
  /// Notes how far schedules are settled, for many jobs in one statement, and answers of which it was noted.
  ///
  /// It never goes back. What the term's member does not own, what has another version by now and what
  /// somebody is changing just now is left out: nobody waits for this. A schedule without a rule that is
  /// settled up to the end of its last rule is removed.
  @discardableResult
  public func advance(
    _ advances: [ScheduleAdvance], by term: Term
  ) async throws(StoreError) -> Set<JobID> {
    var noted: Set<JobID> = []
    for part in advances.parts(of: ValueList.longest) {
      let answers = try await scope.batch([
        term.lock(scope.dialect.forKeyShare), Self.advance(part, term, scope.dialect),
        Self.removeSettled(part, term),
      ])
      for row in answers[1].rows { noted.insert(JobID(try row.text("job_id"))) }
    }
    return noted
  }

  private static func advance(
    _ part: ArraySlice<ScheduleAdvance>, _ term: Term, _ dialect: Dialect
  ) -> Statement {
    var arguments = SQLArguments(term.arguments)
    let rows = arguments.rows(
      part.map { [.text($0.job.text), .integer($0.version), .instant($0.until)] })
    return Statement(
      """
      WITH given (job_id, version, until) AS (VALUES \(rows)),
      mine AS (
        SELECT s.job_id FROM schedule AS s WHERE s.owner_member = $1
          AND s.job_id IN (SELECT given.job_id FROM given) AND \(Term.condition("$1", "$2"))
        \(dialect.forNoKeyUpdateSkippingLocked))
      UPDATE schedule SET settled_until = given.until FROM given, mine
      WHERE schedule.job_id = given.job_id AND schedule.job_id = mine.job_id
        AND schedule.version = given.version AND schedule.settled_until < given.until
      RETURNING schedule.job_id AS job_id
      """, arguments.values)
  }

  private static func removeSettled(
    _ part: ArraySlice<ScheduleAdvance>, _ term: Term
  ) -> Statement {
    var arguments = SQLArguments([.text(term.member.text)])
    let list = arguments.list(part.padded.map { .text($0.job.text) })
    return Statement(
      """
      DELETE FROM schedule WHERE job_id IN \(list) AND owner_member = $1 AND rule IS NULL
        AND settled_until >= valid_from
      """, arguments.values)
  }
}
