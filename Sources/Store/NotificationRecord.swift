import Database
public import Model

/// How a notification reaches its receiver.
public enum NotificationKind: String, Sendable, Hashable, CaseIterable {
  case webhook
  case email
  /// A plugin that an agent runs.
  case plugin
  /// Nobody has looked yet whom the job wants told; whoever claims the row does.
  case unplanned
}

/// How far a notification is.
public enum NotificationState: String, Sendable, Hashable, CaseIterable {
  /// It is to be delivered when it is due, or is being delivered.
  case waiting
  case delivered
  /// It is not tried any more, and was not delivered.
  case dead
}

/// What a notification says and how: the part that only those who deliver it understand.
public struct NotificationContent: Sendable, Hashable, Codable {
  /// The job's settings for it, as written: `format` and `httpMethod`, `subject` and `attachLog…`, or a plugin's own.
  public var settings: [String: String]
  /// It is for an execution that takes longer than this, as written in `notifyAvgDurationThreshold`; an empty text is
  /// the average itself. Nil for everything else.
  public var threshold: String?
  /// The job it is about, when that is not the execution's own: a referenced one.
  public var reference: Reference?
  /// The due instants that were missed, when it is about those.
  public var missed: Missed?

  /// A job that an execution referred to.
  public struct Reference: Sendable, Hashable, Codable {
    public var job: String
    public var name: String
    public var group: String
    public var description: String
    /// The cell of the execution that it carries out.
    public var cell: StepKey
    /// The values of its options, without secure ones.
    public var options: [String: String]

    public init(
      job: String, name: String, group: String, description: String, cell: StepKey,
      options: [String: String]
    ) {
      self.cell = cell
      self.job = job
      self.name = name
      self.group = group
      self.description = description
      self.options = options
    }
  }

  /// Due instants of a job that nobody ran.
  public struct Missed: Sendable, Hashable, Codable {
    public var count: Int
    public var first: Instant
    public var last: Instant

    public init(count: Int, first: Instant, last: Instant) {
      self.count = count
      self.first = first
      self.last = last
    }
  }

  public init(
    settings: [String: String] = [:], threshold: String? = nil, reference: Reference? = nil,
    missed: Missed? = nil
  ) {
    self.settings = settings
    self.threshold = threshold
    self.reference = reference
    self.missed = missed
  }
}

/// A notification that is to be written.
public struct NotificationDraft: Sendable, Hashable {
  /// The event as Rundeck calls the trigger: `start`, `success`, `failure`, `avgduration`, `retryablefailure`.
  public var event: String
  /// Which of the event's notifications, and which of its receivers: it is written once for an execution.
  public var place: String
  public var kind: NotificationKind
  /// The receiver as the job has it, with its references: an address of one kind or the other, or a plugin's type.
  public var receiver: String
  /// What others have to wait for when this receiver does not answer.
  public var fairness: String
  public var content: NotificationContent

  public init(
    event: String, place: String, kind: NotificationKind, receiver: String, fairness: String,
    content: NotificationContent
  ) {
    self.event = event
    self.place = place
    self.kind = kind
    self.receiver = receiver
    self.fairness = fairness
    self.content = content
  }
}

/// A notification as it is stored.
public struct NotificationRecord: Sendable, Hashable, Identifiable {
  public let id: Int64
  /// Nil when it is about no execution.
  public let execution: ExecutionID?
  public let project: String
  public let job: JobID?
  public let event: String
  public let place: String
  public let kind: NotificationKind
  public let receiver: String
  public let fairness: String
  public let content: NotificationContent
  /// The execution's status at the event.
  public let status: String
  public var state: NotificationState
  public let createdAt: Instant
  /// When it may be tried next; while somebody delivers it, until when it is his.
  public var dueAt: Instant
  /// How often it was tried.
  public var attempts: Int64
  /// How many of these attempts were made before it was given up once and revived.
  public let formerAttempts: Int64
  /// Grows with each claim: what an older one writes has no effect.
  public let claim: Int64
  /// The term of whoever delivers it.
  public let claimedBy: String?
  /// When it was delivered or given up.
  public let settledAt: Instant?
  /// Why the last attempt failed.
  public let error: String?

  /// The same for each attempt and unlike that of any other notification: receivers know repeats by it.
  public var deliveryID: String {
    "\(execution.map { "\($0.number)" } ?? "n\(id)")-\(event)-\(place)"
  }

  init(row: Row) throws(StoreError) {
    id = try row.int("id")
    execution = try row.optionalInt("execution_id").map { ExecutionID($0) }
    project = try row.text("project")
    job = try row.optionalText("job_id").map(JobID.init)
    event = try row.text("event")
    place = try row.text("place")
    kind = try row.value("kind")
    receiver = try row.text("receiver")
    fairness = try row.text("fairness")
    content = try StoredJSON.decode(try row.text("content"), column: "notification.content")
    status = try row.text("status")
    state = try row.value("state")
    createdAt = try row.instant("created_at")
    dueAt = try row.instant("due_at")
    attempts = try row.int("attempts")
    formerAttempts = try row.int("former_attempts")
    claim = try row.int("claim")
    claimedBy = try row.optionalText("claimed_by")
    settledAt = try row.optionalInstant("settled_at")
    error = try row.optionalText("error")
  }
}

/// One attempt to deliver a notification.
public struct NotificationAttempt: Sendable, Hashable {
  public let notification: Int64
  /// From 1.
  public let number: Int64
  /// The term of the member that made it.
  public let member: String
  public let beganAt: Instant
  /// Nil while it is under way, and when its member died.
  public let endedAt: Instant?
  /// What the receiver answered with: a status of HTTP or a reply code of SMTP.
  public let code: Int64?
  /// The beginning of its answer.
  public let answer: String?
  /// Why it failed.
  public let error: String?

  init(row: Row) throws(StoreError) {
    notification = try row.int("notification_id")
    number = try row.int("attempt")
    member = try row.text("member")
    beganAt = try row.instant("began_at")
    endedAt = try row.optionalInstant("ended_at")
    code = try row.optionalInt("code")
    answer = try row.optionalText("answer")
    error = try row.optionalText("error")
  }
}
