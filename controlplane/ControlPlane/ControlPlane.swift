import AgentGateway
import Cluster
import Cryptography
public import Daemon
public import Database
import Execution
import Hummingbird
import Identity
public import Logging
import Logs
import Model
public import ServiceLifecycle
import Store

/// One member: composes the services of the control plane over any database.
///
/// `services()` does what must be done before the member may act — migrate, register, begin a term — and
/// returns what is to run, in the order in which a `ServiceGroup` starts it. It is stopped the other way
/// round: agents are told goodbye, the server takes no more requests, then the conductor ends, then the
/// heartbeat, then the database's connections. Steps go on in their supervisors.
public struct ControlPlane: Sendable {
  let configuration: EffectiveConfiguration
  let database: any Database
  let state: StateDirectory
  let status: DaemonStatus
  let logger: Logger

  public init(
    configuration: EffectiveConfiguration, database: any Database, state: StateDirectory,
    status: DaemonStatus, logger: Logger
  ) {
    self.configuration = configuration
    self.database = database
    self.state = state
    self.status = status
    self.logger = logger
  }

  /// Checks what can be checked without a database: throws what is wrong with the certificate's files.
  public static func check(_ configuration: EffectiveConfiguration) throws {
    _ = try HTTPServer.Settings(configuration)
  }

  /// Prepares the member and returns its services.
  ///
  /// Waits for a database that is away. Throws `StoreError.newerSchema` when the database was written by a
  /// newer program, and what is wrong with the state directory, the keys and the certificate.
  public func services() async throws -> [any Service] {
    let key = try ClusterKey.load(from: configuration[ControlPlaneKeys.clusterKeyFile], in: state)
    let store = Store(database)
    let startedAt = try await StoreOpening(store: store, status: status, logger: logger).open()
    let member = try await MemberRegistration(store: store).register(facts())
    let executions = executions(
      store: store, term: member.term, sealer: EnvelopeSealer(key: key))
    let server = try HTTPServer(
      settings: HTTPServer.Settings(configuration),
      responder: router(store, executions, startedAt: startedAt).buildResponder(),
      firstAdministrator: FirstAdministrator(store: store, stateDirectory: state.path),
      status: status, logger: logger)
    logger.info(
      "Member registered",
      metadata: ["term": "\(member.term)", "database": "\(database.dialect.name)"])
    return [
      DatabaseLifetime(database: database),
      Membership(
        member: member, store: store,
        interval: configuration[ControlPlaneKeys.heartbeatInterval], logger: logger),
      executions.notices, executions.conductor, server, executions.gateway,
    ]
  }

  /// Who this member is.
  private func facts() throws -> MemberFacts {
    let id = try MemberIdentity.resolve(
      configured: configuration[ControlPlaneKeys.memberUUID], stateDirectory: state.path,
      generate: SecureRandom.uuid)
    return MemberFacts(
      id: id, name: configuration[ControlPlaneKeys.memberName] ?? Host.name, url: serverURL,
      version: ControlPlaneVersion.text, hostname: Host.name)
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
