import Model
import Store

/// A run that was found to be possible: everything about it is decided except its number.
struct PreparedRun: Sendable {
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
  /// Whether no other execution of the job may be queued or running.
  var isExclusive: Bool
}

/// The options of a run.
struct ResolvedOptions: Sendable, Hashable {
  /// All that is kept in clear, by name.
  var plain: [String: String] = [:]
  /// Values of secure options, by name; only ever stored sealed.
  var secure: [String: String] = [:]
  /// The plain options as one line, in the definition's order; nil when there are none.
  var argString: String?
}
