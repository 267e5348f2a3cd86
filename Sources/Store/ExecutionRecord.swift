public import Database
import FoundationEssentials
public import Model

/// An execution as it is stored.
public struct ExecutionRecord: Sendable, Hashable, Identifiable {
  public let id: ExecutionID
  public let project: String
  /// The job that ran; nil for an ad hoc command or script.
  public let jobID: JobID?
  public let jobName: String?
  public let jobGroup: String?
  /// `Model.Job` as JSON, as it was when the execution was launched; also for ad hoc runs.
  public let definition: String
  public var status: ExecutionStatus
  public var customStatus: String?
  public let user: String
  public let argString: String?
  /// The options that the run got, without secure values.
  public let options: [String: String]
  /// The secure options' sealed JSON, when there are any.
  public let sealedOptions: [UInt8]?
  /// The node filter that the run used, when it had one.
  public let nodeFilter: String?
  public let logLevel: String
  /// `Model.ExecutionPlan` as JSON.
  public let planText: String?
  /// The node of the member that carries the execution.
  public let serverNode: String?
  /// The term that owns the execution, or the last one that did.
  public var owner: Term?
  public var epoch: Epoch
  public let createdAt: Instant
  public var startedAt: Instant?
  public var endedAt: Instant?
  public var abortRequestedAt: Instant?
  public var abortRequestedBy: String?
  /// Why the execution ended as it did, for people; nil when there is nothing to explain. Of one that has
  /// not ended: why its owner must end it as `incomplete` instead of carrying it on.
  public var endReason: String?
  /// When it was due: a fire's instant, or the time that a `scheduled` run waits for.
  public var dueAt: Instant?
  /// `Model.RemoteExecutionDecision` as JSON.
  public var decisionText: String?
  /// Who is (or was) to claim it.
  public var chosenMember: MemberID?
  /// How often a member was chosen so far.
  public var choice: Int64 = 0
  /// When the last one was, by the database's clock; while it waits for its turn, since when it does.
  public var chosenAt: Instant?
  /// How often its job was tried before, when it is a retry.
  public var retryAttempt = 0
  /// Of which execution it is the next try, and which was the first.
  public var retryPrevious: ExecutionID?
  public var retryOriginal: ExecutionID?
  /// Its own next try.
  public var retriedAs: ExecutionID?
  /// How many executions of its job might go on at once when it was launched.
  public var runLimit: Int64?
  /// What it waits for behind other executions of its job.
  public var waitsFor: ExecutionWait?
}

extension ExecutionRecord {
  static let columns = """
    id, project, job_id, job_name, job_group, definition, status, custom_status, username, arg_string, \
    options, sealed_options, node_filter, log_level, plan, server_node, owner_member, \
    owner_incarnation, epoch, created_at, started_at, ended_at, abort_requested_at, \
    abort_requested_by, end_reason, due_at, decision, chosen_member, choice, chosen_at, \
    retry_attempt, retry_previous, retry_original, retried_as, run_limit, waits_for
    """

  /// Decodes a row that has all columns of table `execution`.
  public init(row: Row) throws(StoreError) {
    id = ExecutionID(try row.int("id"))
    project = try row.text("project")
    jobID = try row.optionalText("job_id").map(JobID.init)
    jobName = try row.optionalText("job_name")
    jobGroup = try row.optionalText("job_group")
    definition = try row.text("definition")
    status = try row.value("status")
    customStatus = try row.optionalText("custom_status")
    user = try row.text("username")
    argString = try row.optionalText("arg_string")
    options = try StoredJSON.decode(try row.text("options"), column: "execution.options")
    sealedOptions = try row.optionalBlob("sealed_options")
    nodeFilter = try row.optionalText("node_filter")
    logLevel = try row.text("log_level")
    planText = try row.optionalText("plan")
    serverNode = try row.optionalText("server_node")
    let member = try row.optionalText("owner_member").map(MemberID.init)
    let incarnation = try row.optionalInt("owner_incarnation")
    owner = member.flatMap { member in incarnation.map { Term(member: member, incarnation: $0) } }
    epoch = Epoch(try row.int("epoch"))
    createdAt = try row.instant("created_at")
    startedAt = try row.optionalInstant("started_at")
    endedAt = try row.optionalInstant("ended_at")
    abortRequestedAt = try row.optionalInstant("abort_requested_at")
    abortRequestedBy = try row.optionalText("abort_requested_by")
    endReason = try row.optionalText("end_reason")
    dueAt = try row.optionalInstant("due_at")
    decisionText = try row.optionalText("decision")
    chosenMember = try row.optionalText("chosen_member").map(MemberID.init)
    choice = try row.int("choice")
    chosenAt = try row.optionalInstant("chosen_at")
    retryAttempt = Int(try row.int("retry_attempt"))
    retryPrevious = try row.optionalInt("retry_previous").map { ExecutionID($0) }
    retryOriginal = try row.optionalInt("retry_original").map { ExecutionID($0) }
    retriedAs = try row.optionalInt("retried_as").map { ExecutionID($0) }
    runLimit = try row.optionalInt("run_limit")
    waitsFor = try row.optionalText("waits_for").flatMap(ExecutionWait.init)
  }

  /// The definition that was launched.
  public func job() throws(StoreError) -> Job {
    try StoredJSON.decode(definition, column: "execution.definition")
  }

  /// What the execution does on which nodes; nil while it is not planned.
  public func plan() throws(StoreError) -> ExecutionPlan? {
    guard let planText else { return nil }
    return try StoredJSON.decode(planText, column: "execution.plan") as ExecutionPlan
  }

  /// How it was decided which member carries the execution; nil when nothing was to decide.
  public func decision() throws(StoreError) -> RemoteExecutionDecision? {
    guard let decisionText else { return nil }
    return try StoredJSON.decode(decisionText, column: "execution.decision")
      as RemoteExecutionDecision
  }

  /// Whether the run was an ad hoc command or script.
  public var isAdHoc: Bool { jobID == nil }
}
