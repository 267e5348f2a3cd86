public import Execution
public import Logging
public import Logs
public import Model
public import ServiceLifecycle
public import Store

/// The control plane's end of the agent protocol.
///
/// Its routes take enrolments, streams and reports; `run()` stores reports, pings the agents, exchanges
/// log notices with the other members, and says goodbye to the agents on a graceful shutdown. It stops
/// before the HTTP server does, so that the agents' streams end first.
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

    public init(
      pingInterval: Duration = .seconds(10), reportBytesInFlight: Int = 64 << 20,
      bodyTimeout: Duration = .seconds(30), storePatience: Duration = .seconds(2)
    ) {
      self.pingInterval = pingInterval
      self.reportBytesInFlight = reportBytesInFlight
      self.bodyTimeout = bodyTimeout
      self.storePatience = storePatience
    }
  }

  let store: Store
  let member: MemberID
  let settings: Settings
  let registry: AgentRegistry
  let reconciler: AgentReconciler
  let authenticator: AgentAuthenticator
  let ingestor: SpoolIngestor
  let budget: ByteBudget
  let logger: Logger
  private let signals: LogSignals

  /// Makes agents known; operators' commands and the API use it too.
  public let enrolment: EnrolmentService

  /// - Parameters:
  ///   - registry: the same that the conductor commands through.
  ///   - seal: opens what the conductor sealed.
  ///   - deliver: `ExecutionConductor.deliver`.
  public init(
    store: Store, member: MemberID, registry: AgentRegistry, seal: SpecificationSeal,
    signals: LogSignals, settings: Settings = Settings(), logger: Logger,
    deliver: @escaping @Sendable ([AssignmentEvent]) -> Void
  ) {
    self.store = store
    self.member = member
    self.settings = settings
    self.registry = registry
    self.signals = signals
    self.logger = logger
    reconciler = AgentReconciler(
      store: store, seal: seal, registry: registry, deliver: deliver, logger: logger)
    authenticator = AgentAuthenticator(store: store)
    ingestor = SpoolIngestor(
      store: store, signals: signals, patience: settings.storePatience, logger: logger,
      deliver: deliver)
    budget = ByteBudget(bytes: settings.reportBytesInFlight)
    enrolment = EnrolmentService(store: store)
  }

  /// Takes an agent's credential away and ends its stream on this member. False when there is no such
  /// agent. Other members refuse it within seconds.
  @discardableResult
  public func revoke(_ agent: AgentID) async throws(StoreError) -> Bool {
    let existed = try await store.ask.agents.delete(agent)
    authenticator.forget(agent)
    registry.disconnect(agent)
    return existed
  }

  public func run() async throws {
    await withGracefulShutdownHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.ingestor.run() }
        group.addTask { await self.signals.run(store: self.store) }
        group.addTask { await self.noteConnected() }
        await cancelWhenGracefulShutdown { await self.pingAgents() }
        group.cancelAll()
      }
    } onGracefulShutdown: {
      self.registry.sayGoodbye()
    }
  }

  /// Until the task is cancelled. It waits for nothing but the time: a database that hangs must not
  /// drive the agents away.
  private func pingAgents() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: settings.pingInterval)
      registry.ping()
    }
    registry.sayGoodbye()
  }

  /// Notes who is connected, until the task is cancelled.
  private func noteConnected() async {
    while (try? await Task.sleep(for: settings.pingInterval)) != nil {
      do throws(StoreError) {
        try await store.ask.agents.touch(registry.connected)
      } catch {
        logger.warning("The agents' last sight was not noted", metadata: ["error": "\(error)"])
      }
    }
  }
}
