import Database
public import Model

extension StoreScope {
  /// The log of decisions.
  public var decisions: DecisionStore { DecisionStore(scope: self) }
}

/// A decision that is to be remembered: what was decided, by whom, about what and why.
public struct Decision: Sendable, Hashable {
  public var kind: DecisionKind
  /// Who decided.
  public var member: MemberID
  /// About which member, or in favour of which.
  public var subject: MemberID?
  public var job: JobID?
  public var execution: ExecutionID?
  public var project: String?
  /// One sentence.
  public var reason: String
  /// What was considered, as JSON.
  public var detail: String?

  public init(
    kind: DecisionKind, member: MemberID, subject: MemberID? = nil, job: JobID? = nil,
    execution: ExecutionID? = nil, project: String? = nil, reason: String, detail: String? = nil
  ) {
    self.kind = kind
    self.member = member
    self.subject = subject
    self.job = job
    self.execution = execution
    self.project = project
    self.reason = reason
    self.detail = detail
  }
}

/// A remembered decision.
public struct DecisionRecord: Sendable, Hashable, Identifiable {
  public let id: Int64
  /// By the database's clock.
  public let at: Instant
  public let decision: Decision

  static let columns = """
    id, at, kind, member, subject_member, job_id, execution_id, project, reason, detail
    """

  init(row: Row) throws(StoreError) {
    id = try row.int("id")
    at = try row.instant("at")
    decision = Decision(
      kind: DecisionKind(rawValue: try row.text("kind")),
      member: MemberID(try row.text("member")),
      subject: try row.optionalText("subject_member").map(MemberID.init),
      job: try row.optionalText("job_id").map(JobID.init),
      execution: try row.optionalInt("execution_id").map(ExecutionID.init),
      project: try row.optionalText("project"), reason: try row.text("reason"),
      detail: try row.optionalText("detail"))
  }
}

/// Which decisions a list is to have.
public struct DecisionQuery: Sendable, Hashable {
  public var kinds: [DecisionKind]?
  /// Decisions by this member or about it.
  public var member: MemberID?
  public var job: JobID?
  public var execution: ExecutionID?
  public var project: String?
  /// At this instant or later.
  public var from: Instant?
  /// At this instant or before.
  public var through: Instant?
  /// Goes on behind the last one of a page.
  public var before: Int64?
  public var limit: Int

  public init(
    kinds: [DecisionKind]? = nil, member: MemberID? = nil, job: JobID? = nil,
    execution: ExecutionID? = nil, project: String? = nil, from: Instant? = nil,
    through: Instant? = nil, before: Int64? = nil, limit: Int = 200
  ) {
    self.kinds = kinds
    self.member = member
    self.job = job
    self.execution = execution
    self.project = project
    self.from = from
    self.through = through
    self.before = before
    self.limit = limit
  }
}

/// The log of decisions.
public struct DecisionStore: Sendable {
  let scope: StoreScope

  /// Remembers decisions, at the present time of the database.
  public func add(_ decisions: Decision...) async throws(StoreError) {
    try await add(decisions)
  }

  /// Remembers decisions, at the present time of the database.
  public func add(_ decisions: [Decision]) async throws(StoreError) {
    try await scope.batch(decisions.map { $0.insertion(scope.dialect) })
  }

  /// The decisions that a query selects, the last one first.
  public func list(_ query: DecisionQuery) async throws(StoreError) -> [DecisionRecord] {
    var arguments = SQLArguments()
    let conditions = query.conditions(&arguments)
    let limit = arguments.add(.integer(Int64(query.limit)))
    return try await scope.all(
      """
      SELECT \(DecisionRecord.columns) FROM decision WHERE \(conditions)
      ORDER BY id DESC LIMIT \(limit)
      """, arguments.values, as: DecisionRecord.init(row:))
  }
}

extension Decision {
  /// The statement that remembers it.
  func insertion(_ dialect: Dialect) -> Statement {
    Statement(
      """
      INSERT INTO decision (at, kind, member, subject_member, job_id, execution_id, project, reason,
        detail)
      VALUES (\(dialect.now), $1, $2, $3, $4, $5, $6, $7, $8)
      """,
      [
        .text(kind.rawValue), .text(member.text), .text(subject?.text), .text(job?.text),
        .integer(execution?.number), .text(project), .text(reason), .text(detail),
      ])
  }
}

extension DecisionQuery {
  fileprivate func conditions(_ arguments: inout SQLArguments) -> String {
    var conditions = ["1 = 1"]
    if let kinds {
      conditions.append("kind IN \(arguments.list(kinds.map { .text($0.rawValue) }))")
    }
    if let member {
      let mark = arguments.add(.text(member.text))
      conditions.append("(member = \(mark) OR subject_member = \(mark))")
    }
    if let job { conditions.append("job_id = \(arguments.add(.text(job.text)))") }
    if let execution {
      conditions.append("execution_id = \(arguments.add(.integer(execution.number)))")
    }
    if let project { conditions.append("project = \(arguments.add(.text(project)))") }
    if let from { conditions.append("at >= \(arguments.add(.instant(from)))") }
    if let through { conditions.append("at <= \(arguments.add(.instant(through)))") }
    if let before { conditions.append("id < \(arguments.add(.integer(before)))") }
    return conditions.joined(separator: " AND ")
  }
}

extension ExecutionWrite {
  /// Remembers a decision in the same transaction.
  public static func remember(_ decision: Decision) -> ExecutionWrite {
    let arguments = decision.insertion(.sqlite).arguments
    return ExecutionWrite(arguments) { dialect in decision.insertion(dialect).sql }
  }
}
