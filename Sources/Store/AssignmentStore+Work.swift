import Database
public import Model

/// What is due to some agents, for the member that holds their streams.
public struct AgentWork: Sendable, Hashable {
  /// The agents whose newest streams the asking term holds, with the streams' numbers.
  public var held: [AgentID: Int64] = [:]
  /// Their assignments that no agent has begun, unless their execution is to end, and those that are to be
  /// killed, oldest first.
  public var assignments: [AssignmentRecord] = []
  /// Their running steps whose executions have changed hands, oldest first.
  public var adopted: [AdoptedStep] = []

  public init() {}
}

/// A running step of an execution that has another owner than at first.
public struct AdoptedStep: Sendable, Hashable {
  public let assignment: AssignmentID
  public let execution: ExecutionID
  public let agent: AgentID
  public let epoch: Epoch

  init(row: Row) throws(StoreError) {
    assignment = AssignmentID(try row.int("id"))
    execution = ExecutionID(try row.int("execution_id"))
    agent = AgentID(try row.text("agent_id"))
    epoch = Epoch(try row.int("epoch"))
  }
}

extension AssignmentStore {
  /// What is due to these agents, and whether `term` holds their streams, in one round trip.
  public func work(
    of agents: some Collection<AgentID>, heldBy term: Term
  ) async throws(StoreError) -> AgentWork {
    var work = AgentWork()
    for list in ValueList.lists(of: agents.map { .text($0.text) }) {
      let width = list.arguments.count
      let answers = try await scope.batch([
        Statement(
          """
          SELECT id, stream_number FROM agent WHERE id IN (\(list.marks)) AND stream_member = $\(width + 1)
            AND stream_incarnation = $\(width + 2)
          """, list.arguments + [.text(term.member.text), .integer(term.incarnation)]),
        Statement(
          """
          SELECT \(AssignmentRecord.columns) FROM assignment
          WHERE agent_id IN (\(list.marks)) AND state <> 'ended'
            AND (kill_requested_at IS NOT NULL OR (state = 'assigned' AND spool_offset = 0))
            AND NOT (\(Self.isToEndUnbegun))
          ORDER BY id
          """, list.arguments),
        Statement(
          """
          SELECT id, execution_id, agent_id, epoch FROM assignment
          WHERE agent_id IN (\(list.marks)) AND state <> 'ended' AND epoch > 1
            AND spool_offset > 0 AND kill_requested_at IS NULL
          ORDER BY id
          """, list.arguments),
      ])
      work.held.merge(try AgentStore.numbers(answers[0].rows)) { first, _ in first }
      for row in answers[1].rows { work.assignments.append(try AssignmentRecord(row: row)) }
      for row in answers[2].rows { work.adopted.append(try AdoptedStep(row: row)) }
    }
    return work
  }

  /// What agents have reported of open assignments that their owner does not know yet: of `unstarted`
  /// those that have started or ended, of `started` those that have ended or outlived a kill.
  public func reported(
    unstarted: some Collection<AssignmentID>, started: some Collection<AssignmentID>
  ) async throws(StoreError) -> [AssignmentReport] {
    var reports: [AssignmentReport] = []
    for (ids, news) in [
      (Array(unstarted), "state <> 'assigned'"),
      (Array(started), "(state = 'ended' OR survivors IS NOT NULL)"),
    ] {
      for list in ValueList.lists(of: ids.map { .integer($0.number) }) {
        reports += try await scope.all(
          """
          SELECT id, execution_id, step, node, state, started_at, outcome, ended_at, survivors
          FROM assignment WHERE id IN (\(list.marks)) AND \(news) ORDER BY id
          """, list.arguments, as: AssignmentReport.init(row:))
      }
    }
    return reports
  }
}
