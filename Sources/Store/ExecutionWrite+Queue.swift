import Database
public import Model

// A queued execution has no owner; it waits until the member that was chosen claims it. Each choice has a
// number, and whoever acts on a choice names it: of two that act only one does.

extension ExecutionWrite {
  /// What a claim sets beside the owner.
  public struct Claim: Sendable, Hashable {
    public var plan: ExecutionPlan?
    public var serverNode: String?
    public var startedAt: Instant

    public init(plan: ExecutionPlan?, serverNode: String?, startedAt: Instant) {
      self.plan = plan
      self.serverNode = serverNode
      self.startedAt = startedAt
    }
  }

  /// Makes the term the owner, with epoch 1, and the execution running. Answers 0 rows when it is not
  /// queued for the term's member by that choice any more, or the term has ended.
  public static func claim(
    _ id: ExecutionID, choice: Int64, by term: Term, _ claim: Claim
  ) throws(StoreError) -> ExecutionWrite {
    var plan: String?
    if let given = claim.plan { plan = try StoredJSON.encode(given, column: "execution.plan") }
    let arguments: [DatabaseValue] = [
      .integer(id.number), .integer(choice), .text(term.member.text), .integer(term.incarnation),
      .text(plan), .text(claim.serverNode), .instant(claim.startedAt),
    ]
    return ExecutionWrite(arguments, inNameOf: term) { _ in
      """
      UPDATE execution SET status = 'running', owner_member = $3, owner_incarnation = $4, epoch = 1,
        plan = COALESCE($5, plan), server_node = COALESCE($6, server_node), started_at = $7
      WHERE id = $1 AND status = 'queued' AND owner_member IS NULL AND choice = $2
        AND chosen_member = $3 AND \(Term.condition("$3", "$4"))
      """
    }
  }

  /// Chooses again who is to claim a queued execution: the next choice's number, and the present time of the
  /// database. With nil nobody is; whoever looks at `unclaimed` later may choose. Answers 0 rows when
  /// somebody chose or claimed in between, or the term has ended.
  public static func choose(
    _ id: ExecutionID, from choice: Int64, member: MemberID?, decision: RemoteExecutionDecision,
    by term: Term
  ) throws(StoreError) -> ExecutionWrite {
    let arguments: [DatabaseValue] = [
      .integer(id.number), .integer(choice), .text(term.member.text), .integer(term.incarnation),
      .text(member?.text), .text(try StoredJSON.encode(decision, column: "execution.decision")),
    ]
    return ExecutionWrite(arguments, inNameOf: term) { dialect in
      """
      UPDATE execution SET chosen_member = $5, choice = choice + 1, decision = $6,
        chosen_at = \(dialect.now)
      WHERE id = $1 AND status = 'queued' AND owner_member IS NULL AND choice = $2
        AND \(Term.condition("$3", "$4"))
      """
    }
  }

  /// Queues a `scheduled` execution of the owner's for a member, which is then to claim it: nobody owns it
  /// any more. Answers 0 rows when the owner is another one by now, or when `room`, whose job's row is locked
  /// then, is not there.
  public static func enqueue(
    for member: MemberID?, decision: RemoteExecutionDecision, room: JobRoom? = nil,
    by owner: Ownership
  ) throws(StoreError) -> ExecutionWrite {
    let decision = try StoredJSON.encode(decision, column: "execution.decision")
    return ExecutionWrite(
      owner.arguments + [
        .text(member?.text), .text(decision), .text(room?.job.text), .integer(room?.limit),
        .flag(room?.isInLine ?? false),
      ]
    ) { dialect in
      """
      UPDATE execution AS e SET status = 'queued', owner_member = NULL, owner_incarnation = NULL,
        chosen_member = $5, choice = e.choice + 1, decision = $6, chosen_at = \(dialect.now),
        run_limit = CAST($8 AS BIGINT)
      WHERE \(Ownership.condition) AND e.status = 'scheduled'
        AND \(JobRoomSQL.isFreeIfAsked("$7", "$8", "$9", for: "e.id"))
      """
    }
  }

  /// Begins a `scheduled` execution of the owner's, whose time has come, on the owner itself. Answers 0 rows
  /// when the owner is another one by now.
  public static func begin(_ owner: Ownership, _ claim: Claim) throws(StoreError) -> ExecutionWrite
  {
    var plan: String?
    if let given = claim.plan { plan = try StoredJSON.encode(given, column: "execution.plan") }
    return ExecutionWrite(
      """
      UPDATE execution AS e SET status = 'running', plan = COALESCE($5, e.plan),
        server_node = COALESCE($6, e.server_node), started_at = $7
      WHERE \(Ownership.condition) AND e.status = 'scheduled'
      """,
      owner.arguments + [.text(plan), .text(claim.serverNode), .instant(claim.startedAt)])
  }

  /// Ends a queued execution that nobody has claimed. Answers 0 rows when somebody has.
  public static func endUnclaimed(
    _ id: ExecutionID, _ status: ExecutionStatus, reason: String?, at instant: Instant,
    by term: Term
  ) -> ExecutionWrite {
    let arguments: [DatabaseValue] = [
      .integer(id.number), .text(status.rawValue), .text(reason), .instant(instant),
    ]
    return ExecutionWrite(arguments + term.arguments, inNameOf: term) { _ in
      """
      UPDATE execution SET status = $2, end_reason = $3, ended_at = $4
      WHERE id = $1 AND status = 'queued' AND owner_member IS NULL
        AND \(Term.condition("$5", "$6"))
      """
    }
  }

  /// Notes who asked for the end of an execution, once, whoever owns it. Answers 0 rows when it has ended.
  public static func requestAbort(
    _ id: ExecutionID, by user: String, at instant: Instant
  ) -> ExecutionWrite {
    ExecutionWrite(
      """
      UPDATE execution SET abort_requested_at = COALESCE(abort_requested_at, $2),
        abort_requested_by = COALESCE(abort_requested_by, $3)
      WHERE id = $1 AND status IN ('queued', 'scheduled', 'running')
      """, [.integer(id.number), .instant(instant), .text(user)])
  }
}
