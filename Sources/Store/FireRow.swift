import Database
public import Model

/// One instant at which a job was due: what the ledger has at most one row of.
public struct FireKey: Sendable, Hashable {
  public var job: JobID
  public var dueAt: Instant

  public init(job: JobID, dueAt: Instant) {
    self.job = job
    self.dueAt = dueAt
  }
}

/// An outcome that is to be written into the ledger.
public struct FireRow: Sendable, Hashable {
  public var job: JobID
  public var dueAt: Instant
  /// The version of the schedule that `dueAt` is an instant of, which may have ended meanwhile.
  public var version: Int64
  public var project: String
  public var outcome: FireOutcome
  /// What more there is to say, one sentence.
  public var detail: String?

  public var key: FireKey { FireKey(job: job, dueAt: dueAt) }

  public init(
    job: JobID, dueAt: Instant, version: Int64, project: String, outcome: FireOutcome,
    detail: String? = nil
  ) {
    self.job = job
    self.dueAt = dueAt
    self.version = version
    self.project = project
    self.outcome = outcome
    self.detail = detail
  }
}

/// An outcome as the ledger has it.
public struct FireRecord: Sendable, Hashable {
  public let job: JobID
  public let dueAt: Instant
  public let project: String
  public let outcome: FireOutcome
  public let detail: String?
  /// Who settled it.
  public let term: Term
  /// When, by the database's clock.
  public let settledAt: Instant

  public init(
    job: JobID, dueAt: Instant, project: String, outcome: FireOutcome, detail: String? = nil,
    term: Term, settledAt: Instant
  ) {
    self.job = job
    self.dueAt = dueAt
    self.project = project
    self.outcome = outcome
    self.detail = detail
    self.term = term
    self.settledAt = settledAt
  }

  public var key: FireKey { FireKey(job: job, dueAt: dueAt) }

  static let columns = """
    job_id, due_at, project, outcome, reason, detail, execution_id, member, incarnation, settled_at
    """

  init(row: Row) throws(StoreError) {
    job = JobID(try row.text("job_id"))
    dueAt = try row.instant("due_at")
    project = try row.text("project")
    term = Term(
      member: MemberID(try row.text("member")), incarnation: try row.int("incarnation"))
    settledAt = try row.instant("settled_at")
    let reason = try row.optionalText("reason")
    let known = reason.flatMap(FireReason.init(rawValue:))
    let given = try row.optionalText("detail")
    switch try row.text("outcome") {
    case "ran": outcome = .ran(ExecutionID(try row.int("execution_id")))
    case "missed": outcome = .missed(known ?? .invalid)
    case "skipped": outcome = .skipped(known ?? .invalid)
    case let other: throw .corrupt(table: "fire", column: "outcome", value: other)
    }
    // A newer member may have reasons that this program does not know.
    detail = known == nil ? given ?? reason : given
  }
}

extension FireOutcome {
  /// The columns `outcome`, `reason` and `execution_id`.
  var columns: (outcome: String, reason: String?, execution: ExecutionID?) {
    switch self {
    case .ran(let execution): ("ran", nil, execution)
    case .missed(let reason): ("missed", reason.rawValue, nil)
    case .skipped(let reason): ("skipped", reason.rawValue, nil)
    }
  }
}
