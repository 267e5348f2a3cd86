public import Cluster
public import Execution
public import Logging
public import Logs
public import Model
public import ServiceLifecycle
public import Store

/// The control plane's end of the agent protocol, on any member of a cluster.
///
/// Its routes take enrolments, streams and reports, whichever member carries the executions that they are
/// about; what concerns others is told to them by notices. `run()` stores reports, pings the agents,
/// exchanges notices with the other members, and says goodbye to the agents on a graceful shutdown. It
/// stops before the HTTP server does, so that the agents' streams end first. While the member holds no
/// term, agents are sent elsewhere.
public final class AgentGateway: Service {
  /// What may be tuned.
  public struct Settings: Sendable, Hashable {
    /// How often each agent gets a byte; an agent that gets none for three intervals reconnects.
    public var pingInterval: Duration
    /// How many bytes of reports may be in memory at once.
    public var reportBytesInFlight: Int
    /// For how long a request's body may be silent while it arrives.
    public var bodyTimeout: Duration
    /// For how long a report is tried again while the store is away.
    public var storePatience: Duration
    /// How often what is open of this member's executions is looked after; every other look asks the
    /// store.
    public var lookInterval: Duration

    public init(
      pingInterval: Duration = .seconds(10), reportBytesInFlight: Int = 64 << 20,
      bodyTimeout: Duration = .seconds(30), storePatience: Duration = .seconds(2),
      lookInterval: Duration = .seconds(1)
    ) {
      self.pingInterval = pingInterval
      self.reportBytesInFlight = reportBytesInFlight
      self.bodyTimeout = bodyTimeout
      self.storePatience = storePatience
      self.lookInterval = lookInterval
    }
  }

  let store: Store
  let terms: CurrentTerm
  let settings: Settings
  let registry: AgentRegistry
  let reconciler: AgentReconciler
  let authenticator: AgentAuthenticator
  let ingestor: SpoolIngestor
  let budget: ByteBudget
  let logger: Logger
  let signals: LogSignals
  let notices: ClusterNotices
  let pusher: WorkPusher
  let reader: ReportReader
  let executions: any CarriedExecutions

  /// Makes agents known; operators' commands and the API use it too.
  public let enrolment: EnrolmentService

  /// - Parameters:
  ///   - registry: the same that the conductor commands through (`AgentDispatch`).
  ///   - seal: opens what the conductor sealed.
  ///   - notices: the member's.
  ///   - executions: what this member carries: its `ExecutionConductor`.
  public init(
    store: Store, terms: CurrentTerm, registry: AgentRegistry, seal: SpecificationSeal,
    signals: LogSignals, notices: ClusterNotices, executions: any CarriedExecutions,
    settings: Settings = Settings(), logger: Logger
  ) {
    self.store = store
    self.terms = terms
    self.settings = settings
    self.registry = registry
    self.signals = signals
    self.notices = notices
    self.executions = executions
    self.logger = logger
    let relay = EventRelay(executions: executions, notices: notices)
    reconciler = AgentReconciler(
      store: store, orders: AgentOrders(seal: seal, registry: registry, logger: logger),
      deliver: relay.deliver)
    pusher = WorkPusher(
      store: store, terms: terms, registry: registry, reconciler: reconciler, relay: relay,
      logger: logger
    ) { notices.announce(.agentWork($0)) }
    reader = ReportReader(store: store, executions: executions, logger: logger)
    authenticator = AgentAuthenticator(store: store)
    ingestor = SpoolIngestor(
      store: store, signals: signals, patience: settings.storePatience, logger: logger,
      deliver: relay.deliver)
    budget = ByteBudget(bytes: settings.reportBytesInFlight)
    enrolment = EnrolmentService(store: store)
  }

  /// Takes an agent's credential away and ends its stream, whichever member holds it. False when there
  /// is no such agent. Other members refuse the credential within seconds.
  @discardableResult
  public func revoke(_ agent: AgentID) async throws(StoreError) -> Bool {
    let existed = try await store.ask.agents.delete(agent)
    authenticator.forget(agent)
    registry.disconnect(agent)
    notices.announce(.agentWork([agent]))
    return existed
  }
}
