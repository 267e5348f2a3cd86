public import Model

/// What members tell each other, so that none of them needs to look often. A notice may be lost with a
/// connection; who acts on it looks into the store, and also looks there now and then without any.
public enum ClusterNotice: Sendable, Hashable {
  /// The schedules of these jobs, or their owners, changed; without any job: of many, see
  /// `ScheduleStore.changed(since:)`.
  case schedulesChanged([JobID])
  /// The member owns executions, or is to claim some, that it does not carry yet.
  case executionsHanded(to: MemberID)
  /// There is something to tell these agents.
  case agentWork([AgentID])
  /// Assignments were pushed to their agents.
  case pushed([PushedAssignment])
  /// Agents reported starts or ends of steps of these executions.
  case reported([ExecutionID])
  /// Somebody wants the execution to end.
  case abortRequested(ExecutionID)
  /// A member registered, left, drains or was fenced.
  case membersChanged
  /// A member was made active or passive.
  case modeChanged(MemberID)
  /// Notices may have been lost: anything may have changed.
  case unknown
}

/// An assignment that some member pushed to its agent.
public struct PushedAssignment: Sendable, Hashable {
  public var assignment: AssignmentID
  public var execution: ExecutionID

  public init(_ assignment: AssignmentID, _ execution: ExecutionID) {
    self.assignment = assignment
    self.execution = execution
  }
}

/// Notices that came together.
public struct ClusterMessage: Sendable, Hashable {
  /// Whose they are; nil when they came with a transaction: then they are for every member, its own too.
  public let origin: MemberSession?
  public let notices: [ClusterNotice]

  public init(
    origin: MemberSession?, notices: [ClusterNotice]
  ) {
    self.origin = origin
    self.notices = notices
  }
}
