import Database
import Model

extension MemberStore {
  /// Begins a new term: incarnation 1 for a member that never registered (`known` is nil), else one
  /// more than `known`. It is neither fenced nor draining nor has it left, and the former term has ended.
  /// Nil when somebody else registered this UUID in between.
  ///
  /// With `aliveWithin` given, throws `StoreError.memberAlive` when another process with this UUID has said
  /// that it is alive within that time, was not fenced and did not leave, and has not all its connections to the
  /// database closed (a killed process's are closed at once). An engine without sessions belongs to one process,
  /// which no other needs to fear: give nil there.
  public func register(
    _ facts: MemberFacts, after known: Int64?, aliveWithin: Duration? = nil
  ) async throws(StoreError) -> MemberRecord? {
    if let aliveWithin, let twin = try await livingTwin(of: facts, within: aliveWithin) {
      throw .memberAlive(twin)
    }
    let answers = try await scope.batch([
      Statement(
        "SELECT 1 FROM member WHERE uuid = $1 \(scope.dialect.forUpdate)", [.text(facts.id.text)]),
      registration(of: facts, after: known),
    ])
    return try answers[1].rows.first.map(MemberRecord.init(row:))
  }

  private func registration(of facts: MemberFacts, after known: Int64?) -> Statement {
    let now = scope.dialect.now
    return Statement(
      """
      INSERT INTO member (uuid, name, url, version, hostname, tags, session, incarnation, started_at,
        heartbeat_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 1, \(now), \(now))
      ON CONFLICT (uuid) DO UPDATE SET name = excluded.name, url = excluded.url,
        version = excluded.version, hostname = excluded.hostname, tags = excluded.tags,
        session = excluded.session, incarnation = member.incarnation + 1,
        started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at,
        running = 0, capacity = 0, cpu_load = 0, draining = 0, fenced_at = NULL, fenced_by = NULL,
        left_at = NULL
      WHERE member.incarnation = $8
      RETURNING \(MemberRecord.columns)
      """,
      [
        .text(facts.id.text), .text(facts.name), .text(facts.url), .text(facts.version),
        .text(facts.hostname), .text(facts.tags.joined(separator: ",")),
        .text(facts.session?.name ?? ""), .integer(known ?? 0),
      ])
  }

  private func livingTwin(
    of facts: MemberFacts, within limit: Duration
  ) async throws(StoreError) -> MemberRecord? {
    let found = try await scope.first(
      """
      SELECT \(MemberRecord.columns) FROM member
      WHERE uuid = $1 AND fenced_at IS NULL AND left_at IS NULL
        AND heartbeat_at > \(scope.dialect.now) - $2
      """, [.text(facts.id.text), .integer(limit.microseconds)], as: MemberRecord.init(row:))
    guard let found else { return nil }
    guard let session = found.session else { return found }
    // This process's own former term.
    if session == facts.session { return nil }
    guard let question = scope.dialect.countSessions(named: session.name) else { return found }
    let count = try await scope.run(question.sql, question.arguments).rows.first?.int("count")
    return count == 0 ? nil : found
  }
}
