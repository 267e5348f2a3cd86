import HTTPClient
public import Model

/// What a member's own steps work with. Composition gives it.
public struct MemberTools: Sendable {
  let web: StepWeb
  let files: ServerFiles
  let scripts: ScriptCache
  let limits: MemberStepLimits
  let clock: any Clock<Duration>
  let plugins: PluginTools
  let keys: any KeyStorage
  /// How a job stands; nil when there is no such job.
  let jobState: @Sendable (_ question: JobStateQuestion) async throws -> JobStateAnswer?

  /// - Parameters:
  ///   - files: which files of the member's host steps may read.
  ///   - plugins: the script plugins of the member.
  ///   - keys: where secrets are kept that steps name by path.
  ///   - jobState: how another job stands, for steps that ask.
  public init(
    files: ServerFileRules = ServerFileRules(), limits: MemberStepLimits = MemberStepLimits(),
    clock: any Clock<Duration> = ContinuousClock(), plugins: PluginTools = PluginTools(),
    keys: any KeyStorage = NoKeyStorage(),
    jobState:
      @escaping @Sendable (_ question: JobStateQuestion) async throws -> JobStateAnswer? = { _ in
        nil
      }
  ) {
    web = StepWeb()
    self.files = ServerFiles(files)
    scripts = ScriptCache()
    self.limits = limits
    self.clock = clock
    self.plugins = plugins
    self.keys = keys
    self.jobState = jobState
  }
}

/// How much a member's own step may fetch, and how long it may take.
public struct MemberStepLimits: Sendable, Hashable {
  /// The largest script from a file or a URL, in bytes.
  public var scriptBytes: Int
  /// What all files of a `copyfile` step may take together, in bytes.
  public var copyBytes: Int
  /// How long fetching a script may take.
  public var fetchTime: Duration

  public init(
    scriptBytes: Int = 8 << 20, copyBytes: Int = 8 << 20, fetchTime: Duration = .seconds(60)
  ) {
    self.scriptBytes = scriptBytes
    self.copyBytes = copyBytes
    self.fetchTime = fetchTime
  }
}

/// Which job a step asks about.
public struct JobStateQuestion: Sendable, Hashable {
  public var project: String
  /// The UUID, or nil when it is meant by name.
  public var uuid: String?
  /// `group/name`.
  public var name: String?
}

/// How a job stands.
public struct JobStateAnswer: Sendable, Hashable {
  public var job: JobID
  public var isRunning: Bool
  /// How its last execution ended; nil when none has ended.
  public var last: ExecutionStatus?
  /// The job's own word when `last` is `other`.
  public var customStatus: String?

  public init(
    job: JobID, isRunning: Bool, last: ExecutionStatus?, customStatus: String? = nil
  ) {
    self.job = job
    self.isRunning = isRunning
    self.last = last
    self.customStatus = customStatus
  }
}
