public import Execution
public import Identity
public import Keys
public import LogStorage
public import Logs
public import Model
public import ScriptPlugin
public import Store

/// Lets agents in and out; whoever holds the agents' gateway implements it.
public protocol AgentAdministration: Sendable {
  /// Creates a one-time token on behalf of `user` and answers with its text and when it expires. With a `name` it is
  /// for the agent of that name, which gets a new credential; otherwise for a new agent.
  func createToken(
    by user: String, validFor: Duration, reenrolling name: String?
  ) async throws -> (token: String, expires: Instant)

  /// Takes an agent's credential away and forgets its node. False when there is no such agent.
  func remove(_ agent: AgentID) async throws -> Bool
}

/// How much a request may be.
public struct APILimits: Sendable, Hashable {
  /// The largest request body in bytes; a larger one gets a 413.
  public var bodyBytes: Int
  /// How long a body may take to arrive; a slower one gets a 408 and the connection ends.
  public var bodyTime: Duration
  /// The largest file for an option in bytes (`rundeck.fileUploadService.tempfile.maxsize`).
  public var optionFileBytes: Int64
  /// How long a file may wait for its run (`rundeck.fileUploadService.tempfile.expiration`).
  public var optionFileTime: Duration
  /// The largest key of the key storage in bytes.
  public var keyBytes: Int
  /// How many executions a list has when the request names no `max`.
  public var executionsPerPage: Int64
  /// The longest life of a token that is made here, and its life when the request names none; nil sets
  /// no limit.
  public var tokenLifetime: Duration?
  /// How long the deletion of a project waits for its executions to end.
  public var projectDeletion: Duration

  public init(
    bodyBytes: Int = 16 * 1024 * 1024, bodyTime: Duration = .seconds(60),
    executionsPerPage: Int64 = 20, tokenLifetime: Duration? = nil,
    projectDeletion: Duration = .seconds(20), optionFileBytes: Int64 = 200 << 20,
    optionFileTime: Duration = .seconds(600), keyBytes: Int = 1 << 20
  ) {
    self.bodyBytes = bodyBytes
    self.bodyTime = bodyTime
    self.executionsPerPage = executionsPerPage
    self.tokenLifetime = tokenLifetime
    self.projectDeletion = projectDeletion
    self.optionFileBytes = optionFileBytes
    self.optionFileTime = optionFileTime
    self.keyBytes = keyBytes
  }

  /// How many items a list in a request may have.
  static let listItems = 10_000
}

/// What `system/info` and links say about this member.
public struct ServerFacts: Sendable {
  /// `grails.serverURL`, without a slash at the end.
  public var url: String
  /// `rundeck.server.uuid`.
  public var uuid: String
  public var version: String
  /// The state directory.
  public var base: String
  public var startedAt: Instant
  /// The name of the sidecar's node, as it is now.
  public var nodeName: @Sendable () async -> String

  public init(
    url: String, uuid: String, version: String, base: String, startedAt: Instant,
    nodeName: @escaping @Sendable () async -> String
  ) {
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.uuid = uuid
    self.version = version
    self.base = base
    self.startedAt = startedAt
    self.nodeName = nodeName
  }
}

/// Everything the routes work with.
public struct APIDependencies: Sendable {
  public var store: Store
  /// How executions are deleted, with what is stored of them elsewhere.
  public var removal: ExecutionRemoval
  /// What options need from outside.
  public var options: OptionDesk
  /// The key storage.
  public var keys: SealedKeys
  public var executions: any ExecutionControl
  public var logs: LogReader
  /// Say when a log grew or an execution changed; followers of output wait for them.
  public var signals: LogSignals
  public var authorizer: any Authorizer
  public var tokens: TokenAuthenticator
  public var sessions: WebSessions
  public var login: Login
  /// nil: this member has no gateway for agents.
  public var agents: (any AgentAdministration)?
  /// nil: nothing is known of other members.
  public var cluster: (any ClusterControl)?
  /// nil: logs stay in the database.
  public var logStorage: LogStorageService?
  /// The script plugins of this member.
  public var plugins: any InstalledPlugins
  public var server: ServerFacts
  /// The zone of schedules that name none.
  public var timeZone: String
  public var limits: APILimits
  public var following: FollowTiming
  public var metrics: PrometheusRegistry
  /// Asked for at `/metrics`: values of now that somebody else knows, by metric name.
  public var gauges: @Sendable () async -> [String: Int]
  /// This host's clock: for durations and for the time that answers show.
  public var now: @Sendable () -> Instant

  public init(
    store: Store, removal: ExecutionRemoval? = nil, options: OptionDesk = .closed,
    keys: SealedKeys,
    executions: any ExecutionControl,
    logs: LogReader, signals: LogSignals = LogSignals(member: ""),
    authorizer: any Authorizer = AdminGroupPolicy(), tokens: TokenAuthenticator,
    sessions: WebSessions, login: Login, agents: (any AgentAdministration)? = nil,
    cluster: (any ClusterControl)? = nil, logStorage: LogStorageService? = nil,
    plugins: any InstalledPlugins = NoPlugins(), server: ServerFacts,
    timeZone: String = "UTC",
    limits: APILimits = APILimits(), following: FollowTiming = FollowTiming(),
    metrics: PrometheusRegistry = PrometheusRegistry(),
    gauges: @escaping @Sendable () async -> [String: Int] = { [:] },
    now: @escaping @Sendable () -> Instant
  ) {
    self.store = store
    self.removal = removal ?? ExecutionRemoval(store: store)
    self.options = options
    self.keys = keys
    self.executions = executions
    self.logs = logs
    self.signals = signals
    self.authorizer = authorizer
    self.tokens = tokens
    self.sessions = sessions
    self.login = login
    self.agents = agents
    self.cluster = cluster
    self.logStorage = logStorage
    self.plugins = plugins
    self.server = server
    self.timeZone = timeZone
    self.limits = limits
    self.following = following
    self.metrics = metrics
    self.gauges = gauges
    self.now = now
  }
}
