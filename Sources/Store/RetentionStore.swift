import Database
public import Model

extension StoreScope {
  /// Who cleans up which project's history, and how far that is.
  public var cleanups: RetentionStore { RetentionStore(scope: self) }
}

/// A run of a project's clean-up that a term does.
public struct CleanupRun: Sendable, Hashable {
  public let project: String
  /// The schedule's instant that the run is for.
  public let dueAt: Instant
  public let term: Term
  /// How many executions it may still mark for deletion; nil while that is not decided.
  public let remaining: Int64?
  /// How many it has marked so far, members before this one included.
  public let deleted: Int64

  public init(
    project: String, dueAt: Instant, term: Term, remaining: Int64?, deleted: Int64
  ) {
    self.project = project
    self.dueAt = dueAt
    self.term = term
    self.remaining = remaining
    self.deleted = deleted
  }
}

/// How far a project's clean-ups are: for which instant the last one was, and whether it is done.
public struct CleanupState: Sendable, Hashable {
  public let dueAt: Instant
  public let isFinished: Bool
}

/// One row a project: the last run of its clean-up. A run belongs to a term; when that has ended, another one takes the
/// run over where it stands.
public struct RetentionStore: Sendable {
  let scope: StoreScope

  /// The projects' last runs.
  public func states() async throws(StoreError) -> [String: CleanupState] {
    let pairs = try await scope.all("SELECT project, due_at, finished_at FROM history_cleanup") {
      row throws(StoreError) in
      (
        try row.text("project"),
        CleanupState(
          dueAt: try row.instant("due_at"), isFinished: try row.optionalInt("finished_at") != nil)
      )
    }
    return Dictionary(pairs) { _, last in last }
  }

  /// The settings of all projects whose name begins so, by project.
  public func settings(beginning prefix: String) async throws(StoreError) -> [String: [String:
    String]]
  {
    let pairs = try await scope.all(
      """
      SELECT p.name AS project, s.name AS name, s.value AS value FROM project AS p
      LEFT JOIN project_setting AS s ON s.project = p.name AND s.name LIKE $1
      """, [.text("\(prefix)%")]
    ) { row throws(StoreError) in
      (
        try row.text("project"), try row.optionalText("name"), try row.optionalText("value")
      )
    }
    var found: [String: [String: String]] = [:]
    for (project, name, value) in pairs {
      found[project, default: [:]][name ?? ""] = name == nil ? nil : value
    }
    return found
  }

  /// Notes that a project's clean-ups count from this instant on; nothing when they do already.
  public func begin(_ project: String, at instant: Instant, by term: Term) async throws(StoreError)
  {
    try await scope.run(
      """
      INSERT INTO history_cleanup (project, due_at, member, incarnation, claimed_at, remaining, deleted,
        finished_at)
      SELECT name, $2, $3, $4, \(scope.dialect.now), 0, 0, \(scope.dialect.now)
      FROM project WHERE name = $1
      ON CONFLICT (project) DO NOTHING
      """, [.text(project), .instant(instant)] + term.arguments)
  }

  /// Makes the run of that instant the term's: a new one when the last one was for an earlier instant, otherwise the
  /// unfinished one of a term that has ended, or its own. Nil when it is another member's, or done, or the term has
  /// ended.
  ///
  /// An unfinished run of an earlier instant is replaced: the later one does the same.
  public func claim(
    _ project: String, dueAt: Instant, by term: Term
  ) async throws(StoreError) -> CleanupRun? {
    let isCurrent = Term.condition("$3", "$4")
    let isAlive = Term.condition("history_cleanup.member", "history_cleanup.incarnation")
    return try await scope.first(
      """
      UPDATE history_cleanup SET member = $3, incarnation = $4, claimed_at = \(scope.dialect.now),
        finished_at = NULL,
        remaining = CASE WHEN due_at < $2 THEN -1 ELSE remaining END,
        deleted = CASE WHEN due_at < $2 THEN 0 ELSE deleted END, due_at = $2
      WHERE project = $1 AND \(isCurrent)
        AND (due_at < $2 OR (due_at = $2 AND finished_at IS NULL))
        AND (finished_at IS NOT NULL OR (member = $3 AND incarnation = $4) OR NOT \(isAlive))
      RETURNING remaining, deleted
      """, [.text(project), .instant(dueAt)] + term.arguments
    ) { row throws(StoreError) in
      let remaining = try row.int("remaining")
      return CleanupRun(
        project: project, dueAt: dueAt, term: term, remaining: remaining < 0 ? nil : remaining,
        deleted: try row.int("deleted"))
    }
  }

  /// Notes how many executions the run may mark and has marked. False when the run is another term's by now; then the
  /// transaction must not be committed.
  public func note(
    _ run: CleanupRun, remaining: Int64, deleted: Int64, isFinished: Bool = false
  ) async throws(StoreError) -> Bool {
    let end = isFinished ? scope.dialect.now : "NULL"
    return try await scope.run(
      """
      UPDATE history_cleanup SET remaining = $5, deleted = $6, finished_at = \(end)
      WHERE project = $1 AND due_at = $2 AND member = $3 AND incarnation = $4
        AND finished_at IS NULL AND \(Term.condition("$3", "$4"))
      """,
      [.text(run.project), .instant(run.dueAt)] + run.term.arguments
        + [.integer(remaining), .integer(deleted)]
    ).changes == 1
  }

  /// How many ended executions of a project ended before an instant, at most `limit`.
  public func countOld(
    _ project: String, before instant: Instant, limit: Int64
  ) async throws(StoreError) -> Int64 {
    let rows = try await scope.run(
      """
      SELECT COUNT(*) AS total FROM (SELECT 1 FROM execution
        WHERE project = $1 AND \(HistorySQL.counted()) AND ended_at < $2 LIMIT $3) AS old
      """, [.text(project), .instant(instant), .integer(limit)]
    ).rows
    return try rows.first?.int("total") ?? 0
  }
}

extension DecisionKind {
  /// Old executions of a project were deleted.
  public static let cleanup = DecisionKind(rawValue: "cleanup")
}
