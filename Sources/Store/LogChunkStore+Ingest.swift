import Database
public import Model

/// What the store knows of an assignment whose spool arrives.
public struct IngestTarget: Sendable, Hashable {
  public var assignment: AssignmentID
  public var execution: ExecutionID
  /// Who may report.
  public var agent: AgentID
  /// The highest epoch that was ever given to an agent for it.
  public var epoch: Epoch
  /// Whether the assignment has ended already.
  public var ended: Bool
  /// Whether it has ended without having started: its agent is not to start it any more.
  public var wasWithdrawn: Bool
  /// Up to where its spool is stored; 0 before anything arrived.
  public var stored: Int64
  /// From which offset of its spool on output is not kept, because the log reached its limit; nil while it did not.
  public var truncatedFrom: Int64?
  /// Where the step runs.
  public var node: String
  /// What the execution may print; nil when that is not limited.
  public var limit: JobLogLimit?
  /// Whether the execution has come to that limit already.
  public var isLimitReached: Bool

  init(row: Row) throws(StoreError) {
    assignment = AssignmentID(try row.int("id"))
    execution = ExecutionID(try row.int("execution_id"))
    agent = AgentID(try row.text("agent_id"))
    epoch = Epoch(max(try row.int("epoch"), try row.int("execution_epoch")))
    ended = try row.text("state") == "ended"
    wasWithdrawn = try Self.isWithdrawn(row)
    stored = try row.int("spool_offset")
    truncatedFrom = try row.optionalInt("truncated_from")
    node = try row.text("node")
    limit = try row.optionalText("log_limit").flatMap(JobLogLimit.init(stored:))
    isLimitReached = try row.optionalText("log_limit_reached") != nil
  }
}

extension IngestTarget {
  fileprivate static func isWithdrawn(_ row: Row) throws(StoreError) -> Bool {
    guard let text = try row.optionalText("outcome") else { return false }
    let outcome: AssignmentOutcome =
      try StoredJSON.decode(text, column: "assignment.outcome")
    if case .notStarted = outcome { return true }
    return false
  }
}

/// A step forward of one assignment's spool.
public struct SpoolAdvance: Sendable, Hashable {
  /// Output to append to the execution's log, with the spool offset where it begins.
  public struct Output: Sendable, Hashable {
    public var draft: LogChunkDraft
    public var spoolOffset: Int64

    public init(draft: LogChunkDraft, spoolOffset: Int64) {
      self.draft = draft
      self.spoolOffset = spoolOffset
    }
  }

  public var target: IngestTarget
  /// Up to where the spool is stored afterwards.
  public var to: Int64
  public var output: [Output]
  /// When the process started, if the new bytes say so.
  public var startedAt: Instant?
  /// How and when the step ended, if the new bytes say so. An outcome that is stored already stays.
  public var outcome: AssignmentOutcome?
  public var endedAt: Instant?
  /// The spool's bytes that are in no chunk because they hold no output, in their order.
  public var silent: [Range<Int64>] = []
  /// From which spool offset on output is not kept, when the log's limit was reached now.
  public var truncatedFrom: Int64?
  /// When the execution came to its limit, if it is this advance that took it there.
  public var limitReachedAt: Instant?
  /// Which processes were still there after a kill, as the spool says it.
  public var survivors: String?

  public init(target: IngestTarget) {
    self.target = target
    to = target.stored
    output = []
  }
}

extension LogChunkStore {
  /// What is known of these assignments; unknown ones are left out.
  public func targets(
    _ assignments: some Collection<AssignmentID>
  ) async throws(StoreError) -> [AssignmentID: IngestTarget] {
    var found: [AssignmentID: IngestTarget] = [:]
    for list in ValueList.lists(of: assignments.map { .integer($0.number) }) {
      let targets = try await scope.all(
        """
        SELECT a.id, a.execution_id, a.agent_id, a.epoch, e.epoch AS execution_epoch, a.state,
          a.spool_offset, a.truncated_from, a.node, e.log_limit, e.log_limit_reached, CASE WHEN a.spool_offset = 0 THEN a.outcome END AS outcome
        FROM assignment a JOIN execution e ON e.id = a.execution_id WHERE a.id IN (\(list.marks))
        """, list.arguments, as: IngestTarget.init(row:))
      for target in targets { found[target.assignment] = target }
    }
    return found
  }

  /// Writes all advances in one transaction and says for each whether it happened: it did not when
  /// somebody else advanced that spool in the meantime.
  ///
  /// Throws a unique violation when another writer appended to one of the logs at the same moment:
  /// nothing was written, ask for the targets again.
  public func ingest(_ advances: [SpoolAdvance]) async throws(StoreError) -> [Bool] {
    let growing = Set(
      advances.filter { !$0.output.isEmpty || $0.limitReachedAt != nil }.map(\.target.execution))
    var statements = growing.sorted().map { Self.lock($0, dialect: scope.dialect) }
    var advancing: [Int] = []
    for advance in advances {
      for output in advance.output {
        statements += Self.append(
          output.draft, of: advance.target.assignment, spoolOffset: output.spoolOffset,
          stored: advance.target.stored, dialect: scope.dialect)
      }
      advancing.append(statements.count)
      statements.append(try Self.advance(advance))
      if let at = advance.limitReachedAt { statements.append(Self.reachLimit(advance.target, at)) }
    }
    if statements.isEmpty { return [] }
    let answers = try await scope.batch(statements)
    return advancing.map { answers[$0].changes == 1 }
  }

  private static func reachLimit(_ target: IngestTarget, _ at: Instant) -> Statement {
    Statement(
      """
      UPDATE execution SET log_limit_reached = $2 WHERE id = $1 AND log_limit_reached IS NULL
      """,
      [
        .integer(target.execution.number),
        .text("\(at.microseconds)\(target.limit?.isOfNode == true ? " " + target.node : "")"),
      ])
  }

  private static func advance(_ advance: SpoolAdvance) throws(StoreError) -> Statement {
    var outcome: String?
    if let ended = advance.outcome {
      outcome = try StoredJSON.encode(ended, column: "assignment.outcome")
    }
    let state: String? = outcome != nil ? "ended" : advance.startedAt != nil ? "running" : nil
    return Statement(
      """
      UPDATE assignment SET spool_offset = $3,
        state = CASE WHEN state = 'ended' THEN state ELSE COALESCE($4, state) END,
        started_at = COALESCE(started_at, $5), outcome = COALESCE(outcome, $6),
        ended_at = COALESCE(ended_at, $7), silent = CASE WHEN CAST($8 AS TEXT) IS NULL THEN silent
          ELSE COALESCE(silent || ' ', '') || CAST($8 AS TEXT) END,
        truncated_from = COALESCE(truncated_from, $9), survivors = COALESCE($10, survivors)
      WHERE id = $1 AND spool_offset = $2
      """,
      [
        .integer(advance.target.assignment.number), .integer(advance.target.stored),
        .integer(advance.to), .text(state), .instant(advance.startedAt), .text(outcome),
        .instant(advance.endedAt), .text(SpoolRanges.text(advance.silent)),
        .integer(advance.truncatedFrom), .text(advance.survivors),
      ])
  }
}
