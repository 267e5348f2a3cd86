import Database
public import Model

/// What was deleted because it was too old.
public struct PruneResult: Sendable, Hashable {
  public var fires: Int
  public var versions: Int
  public var decisions: Int
  public var members: Int

  public init(fires: Int = 0, versions: Int = 0, decisions: Int = 0, members: Int = 0) {
    self.fires = fires
    self.versions = versions
    self.decisions = decisions
    self.members = members
  }

  public var isEmpty: Bool { self == PruneResult() }
}

extension Store {
  /// Deletes outcomes, versions of schedules, decisions and members that left or were fenced, all from before
  /// an instant: of each kind at most `batch`, each in a transaction of its own. Call it again until the
  /// answer `isEmpty`.
  ///
  /// An outcome stays as long as its instant is not known to be settled without it, and a member as long
  /// as it owns anything.
  public func prune(before instant: Instant, batch: Int = 1_000) async throws(StoreError)
    -> PruneResult
  {
    let arguments: [DatabaseValue] = [.instant(instant), .integer(Int64(batch))]
    return PruneResult(
      fires: try await deleteFires(arguments),
      versions: try await ask.run(Self.oldVersions, arguments).changes,
      decisions: try await ask.run(Self.oldDecisions, arguments).changes,
      members: try await ask.run(Self.oldMembers, arguments).changes)
  }

  /// From which instant on all outcomes are kept; nil as long as none was deleted.
  public func ledgerKeptFrom() async throws(StoreError) -> Instant? {
    let text = try await ask.first(
      "SELECT value FROM cluster_setting WHERE name = $1", [.text(Self.keptFrom)]
    ) { row throws(StoreError) in try row.text("value") }
    return text.flatMap { Int64($0) }.map(Instant.init(microseconds:))
  }

  /// How many were deleted. That outcomes may be missing is said before any is.
  private func deleteFires(_ arguments: [DatabaseValue]) async throws(StoreError) -> Int {
    try await ask.batch([
      Statement(
        """
        INSERT INTO cluster_setting (name, value)
        SELECT $1, CAST(CAST($2 AS BIGINT) AS TEXT)
        WHERE EXISTS (SELECT 1 FROM fire WHERE due_at < CAST($2 AS BIGINT))
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        WHERE CAST(cluster_setting.value AS BIGINT) < CAST(excluded.value AS BIGINT)
        """, [.text(Self.keptFrom), arguments[0]]),
      Statement(Self.oldFires, arguments),
    ])[1].changes
  }

  private static let keptFrom = "ledger.keptFrom"

  private static let oldFires = """
    DELETE FROM fire WHERE (job_id, due_at) IN (
      SELECT f.job_id, f.due_at FROM fire AS f WHERE f.due_at < $1 AND NOT EXISTS (
        SELECT 1 FROM schedule AS s WHERE s.job_id = f.job_id AND s.settled_until < f.due_at)
      ORDER BY f.due_at LIMIT $2)
    """

  /// Also versions without a rule, which are never closed, once their schedule is removed.
  private static let oldVersions = """
    DELETE FROM schedule_version WHERE (job_id, version) IN (
      SELECT v.job_id, v.version FROM schedule_version AS v
      WHERE (v.valid_until < $1 OR (v.rule IS NULL AND v.valid_until IS NULL AND v.valid_from < $1))
        AND NOT EXISTS (SELECT 1 FROM schedule AS s WHERE s.job_id = v.job_id
          AND (s.version = v.version OR s.settled_until < v.valid_until))
      LIMIT $2)
    """

  private static let oldDecisions = """
    DELETE FROM decision WHERE id IN (
      SELECT id FROM decision WHERE at < $1 ORDER BY at LIMIT $2)
    """

  private static let oldMembers = """
    DELETE FROM member WHERE uuid IN (
      SELECT m.uuid FROM member AS m WHERE (m.fenced_at < $1 OR m.left_at < $1)
        AND NOT EXISTS (SELECT 1 FROM schedule AS s WHERE s.owner_member = m.uuid)
        AND NOT EXISTS (SELECT 1 FROM execution AS e WHERE e.owner_member = m.uuid
          AND e.status IN ('queued', 'scheduled', 'running'))
      LIMIT $2)
    """
}
