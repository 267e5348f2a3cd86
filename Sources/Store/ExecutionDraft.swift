public import Model

/// An execution that is about to be inserted.
public struct ExecutionDraft: Sendable {
  public var id: ExecutionID
  public var project: String
  public var jobID: JobID?
  public var jobName: String?
  public var jobGroup: String?
  /// `Model.Job` as JSON.
  public var definition: String
  public var status: ExecutionStatus
  public var user: String
  public var argString: String?
  public var options: [String: String]
  public var sealedOptions: [UInt8]?
  public var nodeFilter: String?
  public var logLevel: String
  public var plan: ExecutionPlan?
  public var serverNode: String?
  public var owner: Term?
  public var epoch: Epoch
  public var createdAt: Instant
  public var startedAt: Instant?
  public var endedAt: Instant?
  public var endReason: String?
  /// How many executions of the job may go on at once, itself included; nil without a limit. One that is
  /// `scheduled` takes no room yet, and the next try of an execution takes that one's.
  public var runLimit: Int64?
  /// Whether it does not overtake executions of its job that wait for their turn.
  public var isInLine = false
  /// What it waits for, when it is queued behind other executions of its job.
  public var waitsFor: ExecutionWait?
  /// Of which execution it is the next try.
  public var retry: RetryLink?
  /// The status of one that is recorded as ended with a status of our own.
  public var customStatus: String?
  /// When it was due: a fire's instant, or the time that a `scheduled` run waits for.
  public var dueAt: Instant?
  /// Whether it is the run of its job at `dueAt`: then nothing is inserted unless the fire ledger names it.
  public var isFire: Bool
  /// How it was decided which member carries it.
  public var decision: RemoteExecutionDecision?
  /// Who is to claim it, when it is queued and has no owner.
  public var chosenMember: MemberID?
  /// How often a member was chosen so far: 1 with the first `chosenMember`.
  public var choice: Int64
  /// When the member was chosen, by the database's clock.
  public var chosenAt: Instant?
  /// In whose name an execution without an owner is launched.
  public var decider: Term?
  /// How much output it may have.
  public var logLimit: JobLogLimit?

  public init(
    id: ExecutionID, project: String, jobID: JobID? = nil, jobName: String? = nil,
    jobGroup: String? = nil, definition: String, status: ExecutionStatus = .running, user: String,
    argString: String? = nil, options: [String: String] = [:], sealedOptions: [UInt8]? = nil,
    nodeFilter: String? = nil, logLevel: String = "INFO", plan: ExecutionPlan? = nil,
    serverNode: String? = nil, owner: Term? = nil, epoch: Epoch = Epoch(1), createdAt: Instant,
    startedAt: Instant? = nil, endedAt: Instant? = nil, endReason: String? = nil,
    isExclusive: Bool = false, dueAt: Instant? = nil, isFire: Bool = false,
    decision: RemoteExecutionDecision? = nil, chosenMember: MemberID? = nil, choice: Int64 = 0,
    chosenAt: Instant? = nil, decider: Term? = nil, logLimit: JobLogLimit? = nil
  ) {
    self.id = id
    self.project = project
    self.jobID = jobID
    self.jobName = jobName
    self.jobGroup = jobGroup
    self.definition = definition
    self.status = status
    self.user = user
    self.argString = argString
    self.options = options
    self.sealedOptions = sealedOptions
    self.nodeFilter = nodeFilter
    self.logLevel = logLevel
    self.plan = plan
    self.serverNode = serverNode
    self.owner = owner
    self.epoch = epoch
    self.createdAt = createdAt
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.endReason = endReason
    runLimit = isExclusive ? 1 : nil
    self.dueAt = dueAt
    self.isFire = isFire
    self.decision = decision
    self.chosenMember = chosenMember
    self.choice = choice
    self.chosenAt = chosenAt
    self.decider = decider
    self.logLimit = logLimit
  }
}

extension ExecutionDraft {
  /// Whether it may be the only one of its job.
  public var isExclusive: Bool {
    get { runLimit == 1 }
    set { runLimit = newValue ? 1 : nil }
  }

  /// A definition as column `definition` holds it.
  public static func text(of job: Job) throws(StoreError) -> String {
    try StoredJSON.encode(job, column: "execution.definition")
  }
}
