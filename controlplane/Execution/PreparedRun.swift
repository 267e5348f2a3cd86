import Model
import Store

/// A run that was found to be possible: everything about it is decided except its number.
struct PreparedRun: Sendable {
  /// Who begins it, and when.
  enum Start: Sendable, Hashable {
    /// This member, at once.
    case here
    /// The member that was chosen for it, once it has claimed and planned it.
    case elsewhere(MemberID)
    /// The member that owns it then, at that time of the database.
    case later(Instant)
  }

  var project: String
  /// The job's UUID; nil for an ad hoc run.
  var jobID: JobID?
  var job: Job
  /// `job` as stored.
  var definition: String
  var user: String
  var options: ResolvedOptions
  var nodeFilter: String?
  var logLevel: String
  var plan: ExecutionPlan
  var serverNode: String
  /// How many executions of the job may go on at once; nil without a limit.
  var runLimit: Int64?
  /// The seconds that it may take; nil without a limit.
  var timeout: Int64?
  var start = Start.here
  /// Why that member carries it, when a policy was asked.
  var decision: RemoteExecutionDecision?
  /// The due instant that it is the run of.
  var fire: DueFire?

  /// Whether another member is to carry it.
  var isElsewhere: Bool { if case .elsewhere = start { true } else { false } }
}

/// What is decided when an execution begins on a member that did not launch it then.
struct PlannedStart: Sendable {
  var plan: ExecutionPlan
  var serverNode: String
  /// Why that member carries it, when a policy was asked now.
  var decision: RemoteExecutionDecision?
}

/// A queued execution that this member was chosen for, planned.
struct PlannedClaim: Sendable {
  var record: ExecutionRecord
  var job: Job
  var secureOptions: [String: String]
  var files: [String: OptionFile] = [:]
  var start: PlannedStart
}

/// The options of a run.
struct ResolvedOptions: Sendable, Hashable {
  /// All that is kept in clear, by name.
  var plain: [String: String] = [:]
  /// Values of secure options, by name; only ever stored sealed.
  var secure: [String: String] = [:]
  /// The plain options as one line, in the definition's order; nil when there are none.
  var argString: String?
  /// The uploaded files among the values.
  var files: [OptionFile] = []
}
