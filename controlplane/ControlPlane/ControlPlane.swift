import AgentGateway
import Cluster
import Cryptography
public import Daemon
import Database
import Execution
import Hummingbird
import Identity
import LogStorage
public import Logging
import Logs
import Model
import Plugins
public import ServiceLifecycle
import Store

/// One member: composes the services of the control plane over any database.
///
/// `services()` does what must be done before the member may act — migrate, register, begin a term — and
/// returns what is to run, in the order in which a `ServiceGroup` starts it. It is stopped the other way
/// round: what the member owns is handed over, agents are told goodbye, the server takes no more requests,
/// then scheduler and conductor end, then the heartbeat, then the database's connections. Steps go on in
/// their supervisors.
public struct ControlPlane: Sendable {
  let configuration: EffectiveConfiguration
  let database: MemberDatabase
  let state: StateDirectory
  let status: DaemonStatus
  let logger: Logger

  public init(
    configuration: EffectiveConfiguration, database: MemberDatabase, state: StateDirectory,
    status: DaemonStatus, logger: Logger
  ) {
    let outage = DatabaseOutage(logger: logger)
    self.configuration = configuration
    self.database = database.attended(outage)
    self.state = state
    self.status = status
    self.logger = outage.quiet(logger)
  }

  /// Checks what can be checked without a database: throws what is wrong with the certificate's files and with
  /// what the values of several keys say together.
  public static func check(_ configuration: EffectiveConfiguration) throws {
    _ = try HTTPServer.Settings(configuration)
    _ = try ClusterConfiguration(configuration)
    _ = try RetentionKeys.policy(configuration)
    _ = try LogStorageConfiguration(configuration)
    _ = try MailConfiguration(configuration)
  }

  /// Prepares the member and returns its services.
  ///
  /// Waits for a database that is away. Throws `StoreError.newerSchema` when the database was written by a
  /// newer program, `ClusterKeyCheck.Problem` when a living member has another key, `MembershipError.uuidInUse` when
  /// another process is this member, and what is wrong with
  /// the configuration, the state directory, the keys and the certificate.
  public func services() async throws -> [any Service] {
    let settings = try ClusterConfiguration(configuration)
    let key = try ClusterKey.load(from: configuration[ControlPlaneKeys.clusterKeyFile], in: state)
    let store = Store(database.engine)
    let startedAt = try await StoreOpening(store: store, status: status, logger: logger).open()
    let facts = try facts(tags: settings.cluster.tags)
    try await ClusterKeyCheck(
      store: store, key: key.id, member: facts.id, dead: settings.cluster.timing.dead,
      logger: logger
    ).run()
    let member = try await MemberStart(
      facts: facts, store: store, session: database.session,
      isAlone: database.isExclusive, settings: settings, logger: logger
    ).begin()
    let storage = try logStorage(member)
    let (plugins, tellers) = (PluginShelf(), notificationErrands)
    let loading = pluginLoading(into: plugins)
    // Steps that go on after a restart find their plugins.
    await loading.look()
    let notifications = try notifications(member, stored: storage.source, plugins: tellers)
    let executions = executions(
      member, sealer: EnvelopeSealer(key: key), storage: storage, notifications: notifications,
      plugins: plugins)
    tellers.connect(executions.errands)
    let cluster = clusterServices(member, executions)
    let server = try HTTPServer(
      settings: HTTPServer.Settings(configuration),
      responder: router(
        member, executions, cluster, storage: storage, plugins: plugins, startedAt: startedAt
      ).buildResponder(),
      firstAdministrator: FirstAdministrator(store: store, stateDirectory: state.path),
      status: status, logger: logger)
    logger.info(
      "Member registered",
      metadata: ["term": "\(member.terms.last)", "database": "\(database.engine.dialect.name)"])
    let cleanup = try historyCleanup(member, removal(store, storage))
    let services: [any Service] = [
      DatabaseLifetime(database: database.engine), loading, member.notices,
      member.mode, cluster.membership,
      cluster.directory, executions.conductor, cluster.scheduler, server, executions.gateway,
      cluster.takeover, retention(member), cleanup, storage, notifications,
      ErrandSweep(executions.errands, logger: logger),
      OptionFileSweeper(store: member.store, terms: member.terms, logger: logger),
    ]
    return database.isShared ? services + [cluster.stop] : services
  }

  /// Who this member is.
  private func facts(tags: [String]) throws -> MemberFacts {
    let id = try MemberIdentity.resolve(
      configured: configuration[ControlPlaneKeys.memberUUID], stateDirectory: state.path,
      generate: SecureRandom.uuid)
    return MemberFacts(
      id: id, name: configuration[ControlPlaneKeys.memberName] ?? Host.name, url: serverURL,
      version: ControlPlaneVersion.text, hostname: Host.name, tags: tags,
      session: database.session)
  }

  /// `grails.serverURL`, or what it would be for this host, without a slash at the end.
  var serverURL: String {
    if let url = configuration[ControlPlaneKeys.serverURL] {
      return url.hasSuffix("/") ? String(url.dropLast()) : url
    }
    let scheme = configuration[ControlPlaneKeys.tlsCertificate] == nil ? "http" : "https"
    return "\(scheme)://\(Host.name):\(configuration[ControlPlaneKeys.port])"
  }
}
