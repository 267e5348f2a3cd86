import Database
public import Model

/// Where an assignment stands.
public enum AssignmentState: String, Sendable, Hashable, Codable, CaseIterable {
  /// Committed; no agent has reported that it started.
  case assigned
  /// An agent has reported that its process started.
  case running
  /// It has an outcome; nothing will change any more.
  case ended
}

/// One attempt of one step on one node, as it is stored.
public struct AssignmentRecord: Sendable, Hashable, Identifiable {
  public let id: AssignmentID
  public let execution: ExecutionID
  public let key: StepKey
  /// 1 for the first.
  public let attempt: Int
  public let agent: AgentID
  public let epoch: Epoch
  public let state: AssignmentState
  /// A sealed `Wire.StepSpecification`; `Execution.SpecificationSeal` opens it.
  public let specification: [UInt8]
  /// How many bytes of the agent's spool are stored: where the next piece must begin.
  public let spoolOffset: Int64
  public let outcome: AssignmentOutcome?
  public let killRequestedAt: Instant?
  public let createdAt: Instant
  public let startedAt: Instant?
  public let endedAt: Instant?

  static let columns = """
    id, execution_id, step, node, attempt, agent_id, epoch, state, specification, spool_offset, \
    outcome, kill_requested_at, created_at, started_at, ended_at
    """

  init(row: Row) throws(StoreError) {
    id = AssignmentID(try row.int("id"))
    execution = ExecutionID(try row.int("execution_id"))
    key = StepKey(step: try row.text("step"), node: try row.text("node"))
    attempt = Int(try row.int("attempt"))
    agent = AgentID(try row.text("agent_id"))
    epoch = Epoch(try row.int("epoch"))
    state = try row.value("state")
    specification = try row.blob("specification")
    spoolOffset = try row.int("spool_offset")
    if let text = try row.optionalText("outcome") {
      outcome = try StoredJSON.decode(text, column: "assignment.outcome") as AssignmentOutcome
    } else {
      outcome = nil
    }
    killRequestedAt = try row.optionalInstant("kill_requested_at")
    createdAt = try row.instant("created_at")
    startedAt = try row.optionalInstant("started_at")
    endedAt = try row.optionalInstant("ended_at")
  }
}

/// An assignment that is about to be inserted.
public struct AssignmentDraft: Sendable, Hashable {
  public var id: AssignmentID
  public var key: StepKey
  public var attempt: Int
  public var agent: AgentID
  /// The sealed specification.
  public var specification: [UInt8]
  public var createdAt: Instant

  public init(
    id: AssignmentID, key: StepKey, attempt: Int = 1, agent: AgentID, specification: [UInt8],
    createdAt: Instant
  ) {
    self.id = id
    self.key = key
    self.attempt = attempt
    self.agent = agent
    self.specification = specification
    self.createdAt = createdAt
  }
}
