public import Daemon
import Glibc
public import HTTPClient
public import Logging
public import ServiceLifecycle

/// The agent: takes over its state directory, finds its steps again, keeps connected and ships. A graceful shutdown ends
/// that; the steps go on in their supervisors.
public struct AgentService: Service {
  private let settings: AgentSettings
  private let credential: AgentCredential
  private let version: String
  private let status: DaemonStatus
  private let logger: Logger
  private let environment: [String: String]
  private let link: (any ControlPlaneLink)?

  /// How many reports are on their way at once.
  static let shippers = 2
  /// For how many steps files are fetched at once.
  static let fetchers = 2

  /// - Parameters:
  ///   - environment: a small part of it is what steps start with.
  ///   - link: the control plane; nil is the one that settings and credential name.
  public init(
    settings: AgentSettings, credential: AgentCredential, version: String, status: DaemonStatus,
    environment: [String: String], link: (any ControlPlaneLink)? = nil, logger: Logger
  ) {
    self.settings = settings
    self.credential = credential
    self.version = version
    self.status = status
    self.environment = environment
    self.link = link
    self.logger = logger
  }

  public func run() async throws {
    let facts = HostFacts.current()
    let lock = try StateDirectory(settings.stateDirectory)
    let launcher = try SupervisorLauncher(
      program: settings.supervisor ?? Self.siblingSupervisor, spoolDirectory: lock.spools,
      bootID: facts.bootID, environment: environment, policy: settings.policy,
      spool: settings.spool.fitted(to: SpoolRoom.size(at: lock.spools)),
      cgroups: CgroupHome(settings.cgroup), publicScripts: lock.scripts)
    let host = try StepHost(
      directory: lock.spools, launcher: launcher, bootID: facts.bootID, logger: logger,
      now: { WallClock.microseconds })
    await host.listen()
    await host.recover()
    let link = try self.link ?? makeLink()
    let session = AgentSession(
      host: host, link: link, node: settings.node(facts, name: credential.name),
      bootID: facts.bootID, version: version, status: status,
      chance: { .random(in: 0..<1) }, logger: logger, awayAfter: settings.awayAfter,
      lostAfter: settings.lostAfter)
    status.ready("not connected")
    await cancelWhenGracefulShutdown { await serve(host, session, link) }
    host.thread.stop()
    lock.release()
  }

  private func serve(_ host: StepHost, _ session: AgentSession, _ link: any ControlPlaneLink) async
  {
    let shipper = SpoolShipper(
      host: host, link: link, chance: { .random(in: 0..<1) }, logger: logger)
    let fetcher = FileFetcher(
      host: host, link: link, chance: { .random(in: 0..<1) }, logger: logger)
    await withTaskGroup { group in
      group.addTask { await session.run() }
      for _ in 0..<Self.fetchers { group.addTask { await fetcher.run() } }
      for _ in 0..<Self.shippers { group.addTask { await shipper.run() } }
      // The session ends when it is cancelled; then the shippers have nothing to wait for.
      await group.next()
      await host.stop()
      group.cancelAll()
    }
  }

  private func makeLink() throws -> any ControlPlaneLink {
    let servers = settings.servers.isEmpty ? [credential.server] : settings.servers
    return HTTPControlPlane(
      servers: servers, authorization: credential.authorization,
      client: Self.client(certificateFile: settings.certificateFile ?? credential.certificateFile))
  }

  /// A client as the agent wants it: few connections, small buffers.
  public static func client(certificateFile: String?) -> HTTPClient {
    var configuration = HTTPClientConfiguration()
    configuration.certificateAuthorityFile = certificateFile
    configuration.userAgent = "quarterdeck-agent"
    configuration.keptConnections = 3
    return HTTPClient(configuration: configuration)
  }

  /// `quarterdeck-supervisor` beside this program.
  static var siblingSupervisor: String {
    let path = programPath
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    return directory + "/quarterdeck-supervisor"
  }

  private static var programPath: String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    return String(
      decoding: buffer[..<max(0, count)].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
