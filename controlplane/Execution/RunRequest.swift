public import Model

/// Somebody wants something to run.
public struct RunRequest: Sendable, Hashable {
  /// What is to run.
  public enum Subject: Sendable, Hashable {
    /// A stored job.
    case job(JobID)
    /// An ad hoc command or script in a project: a workflow of one step (`run/command`, `run/script`).
    case adHoc(project: String, step: WorkflowStep)
    /// What a plugin does outside of jobs; nobody's request, so neither passive members nor policies hinder it.
    case errand(PluginErrand)
  }

  public var subject: Subject
  /// Option values as one line: `-name value -other "two words"`.
  public var argString: String?
  /// Option values by name; they win over `argString`.
  public var options: [String: String]
  /// Several values of one option, to be joined with the option's delimiter; they win over `options`.
  public var optionLists: [String: [String]]
  /// A node filter instead of the job's own; for an ad hoc run, its filter.
  public var nodeFilter: String?
  /// How many nodes at once, for an ad hoc run (`nodeThreadcount`).
  public var threadCount: Int?
  /// Whether other nodes go on after one has failed, for an ad hoc run (`nodeKeepgoing`).
  public var nodeKeepgoing: Bool?
  /// `DEBUG`, `VERBOSE`, `INFO`, `WARN` or `ERROR`; nil takes the job's.
  public var logLevel: String?
  /// Whose run it is; `asUser` where the API allows it.
  public var user: String
  /// The roles of `user`, for what later asks for them.
  public var roles: Set<String>
  /// How long servers may be asked for the values of options; nil for as long as usual.
  public var optionPatience: Duration?
  /// When it is to begin, by the database's clock (`runAtTime`); nil for at once.
  public var runAt: Instant?
  /// The execution whose values of secure options it takes, where it has none of its own.
  public var secureOptionsOf: ExecutionID?

  public init(
    _ subject: Subject, argString: String? = nil, options: [String: String] = [:],
    optionLists: [String: [String]] = [:], nodeFilter: String? = nil, threadCount: Int? = nil,
    nodeKeepgoing: Bool? = nil,
    logLevel: String? = nil, user: String, roles: Set<String> = [],
    runAt: Instant? = nil
  ) {
    self.subject = subject
    self.argString = argString
    self.options = options
    self.optionLists = optionLists
    self.nodeFilter = nodeFilter
    self.threadCount = threadCount
    self.nodeKeepgoing = nodeKeepgoing
    self.logLevel = logLevel
    self.user = user
    self.roles = roles
    self.runAt = runAt
  }
}
