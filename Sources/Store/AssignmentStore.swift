import Database
public import Model

extension StoreScope {
  /// Questions about assignments.
  public var assignments: AssignmentStore { AssignmentStore(scope: self) }
}

/// What agents were told to do and what they reported.
public struct AssignmentStore: Sendable {
  let scope: StoreScope

  /// The assignment of that number, or nil when there is none.
  public func find(_ id: AssignmentID) async throws(StoreError) -> AssignmentRecord? {
    try await scope.first(
      "SELECT \(AssignmentRecord.columns) FROM assignment WHERE id = $1", [.integer(id.number)],
      as: AssignmentRecord.init(row:))
  }

  /// All assignments of an execution, oldest first.
  public func all(of execution: ExecutionID) async throws(StoreError) -> [AssignmentRecord] {
    try await scope.all(
      "SELECT \(AssignmentRecord.columns) FROM assignment WHERE execution_id = $1 ORDER BY id",
      [.integer(execution.number)], as: AssignmentRecord.init(row:))
  }

  /// The assignments of an agent that have not ended, oldest first: what a connecting agent must be
  /// told. One with `killRequestedAt` must be told to be killed as well. One that no agent has begun is left
  /// out while its execution is to end: its owner ends it.
  public func toPush(for agent: AgentID) async throws(StoreError) -> [AssignmentRecord] {
    try await scope.all(
      """
      SELECT \(AssignmentRecord.columns) FROM assignment
      WHERE agent_id = $1 AND state <> 'ended' AND NOT (\(Self.isToEndUnbegun)) ORDER BY id
      """,
      [.text(agent.text)], as: AssignmentRecord.init(row:))
  }

  /// Whether nobody has begun an assignment or told it to end, although its execution is to end.
  static let isToEndUnbegun = """
    state = 'assigned' AND spool_offset = 0 AND kill_requested_at IS NULL AND EXISTS (
      SELECT 1 FROM execution AS e
      WHERE e.id = assignment.execution_id AND e.abort_requested_at IS NOT NULL)
    """

  /// Takes in what an agent reported. False when the stored offset is not `progress.from`, the
  /// assignment is another agent's, has ended or does not exist: then nothing was written.
  public func advance(_ progress: AssignmentProgress) async throws(StoreError) -> Bool {
    try await scope.commit([.advance(progress)])[0].rows == 1
  }
}

/// A step forward of one assignment, as its agent reported it.
public struct AssignmentProgress: Sendable, Hashable {
  public var id: AssignmentID
  public var agent: AgentID
  /// The stored offset that the report goes on from.
  public var from: Int64
  /// The offset after it.
  public var to: Int64
  /// When the process started, if the report says so.
  public var startedAt: Instant?
  /// How and when it ended, if the report says so.
  public var ended: Ending?

  /// An outcome and its time.
  public struct Ending: Sendable, Hashable {
    public var outcome: AssignmentOutcome
    public var at: Instant

    public init(_ outcome: AssignmentOutcome, at instant: Instant) {
      self.outcome = outcome
      at = instant
    }
  }

  public init(
    id: AssignmentID, agent: AgentID, from: Int64, to: Int64, startedAt: Instant? = nil,
    ended: Ending? = nil
  ) {
    self.id = id
    self.agent = agent
    self.from = from
    self.to = to
    self.startedAt = startedAt
    self.ended = ended
  }
}

extension ExecutionWrite {
  /// `AssignmentStore.advance` as a write: answers 0 rows where that answers false.
  public static func advance(_ progress: AssignmentProgress) throws(StoreError) -> ExecutionWrite {
    var outcome: String?
    if let ended = progress.ended {
      outcome = try StoredJSON.encode(ended.outcome, column: "assignment.outcome")
    }
    let state: AssignmentState? =
      progress.ended != nil ? .ended : progress.startedAt != nil ? .running : nil
    return ExecutionWrite(
      """
      UPDATE assignment SET spool_offset = $4, state = COALESCE($5, state),
        started_at = COALESCE(started_at, $6), outcome = $7, ended_at = $8
      WHERE id = $1 AND agent_id = $2 AND spool_offset = $3 AND state <> 'ended'
      """,
      [
        .integer(progress.id.number), .text(progress.agent.text), .integer(progress.from),
        .integer(progress.to), .text(state?.rawValue), .instant(progress.startedAt),
        .text(outcome), .instant(progress.ended?.at),
      ])
  }
}
