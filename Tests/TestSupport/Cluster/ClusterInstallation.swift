import Glibc
import HTTPClient

/// Several members over one PostgreSQL, an agent beside each, and HAProxy before them, with real processes.
///
/// Each member reaches the database through a link of its own that can be cut. Agents and `api` go through HAProxy,
/// which runs the configuration that is packaged, with the members' and its own addresses put in.
public final class ClusterInstallation: Sendable {
  public let folder: String
  public let members: [MemberSeat]
  /// The API through the load balancer, with the token of an administrator.
  public let api: APIClient
  private let balancerPort: UInt16
  private let settings: [String: String]

  /// Prepares configuration files; nothing runs yet.
  ///
  /// - Parameters:
  ///   - database: the name of a database on `server`.
  ///   - settings: further lines of every member's configuration.
  public init(
    server: ScratchPostgres, database: String, members count: Int = 3,
    settings: [String: String] = [:]
  ) throws {
    folder = try makeTemporaryFolder("quarterdeck-cluster")
    balancerPort = try freePort()
    self.settings = settings
    mkdir("\(folder)/sockets", 0o700)
    try writeFile("\(folder)/tokens.properties", "admin: administrators-token,admin\n")
    try writeFile("\(folder)/cluster.key", String(repeating: "5eedbed5", count: 8) + "\n")
    let balancer = "http://127.0.0.1:\(balancerPort)"
    api = APIClient(server: balancer, token: "administrators-token")
    members = try (1...count).map { [folder] number in
      let agent = AgentSeat(
        name: "agent\(number)", folder: folder, server: balancer, certificateAuthority: nil)
      return try MemberSeat(
        number: number, folder: folder, agent: agent, server: server, database: database)
    }
    for member in members { try writeFile(member.configuration, lines(of: member)) }
  }

  deinit { removeFolder(folder) }

  private func lines(of member: MemberSeat, key: String = "cluster.key") -> String {
    var lines = [
      "server.address": "127.0.0.1", "server.port": "\(member.port)",
      "dataSource.url": member.databaseURL,
      "quarterdeck.state.directory": "\(folder)/\(member.name)",
      "quarterdeck.cluster.key.file": "\(folder)/\(key)",
      "rundeck.clusterMode.enabled": "true", "rundeck.server.name": member.name,
      "rundeck.tokens.file": "\(folder)/tokens.properties",
      "quarterdeck.log.format": "text", "quarterdeck.log.level": "debug",
      "quarterdeck.sidecar": member.agent.name, "grails.serverURL": api.server,
      "quarterdeck.agent.ping": "1s",
    ]
    lines.merge(settings) { $1 }
    return lines.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
  }

  /// Makes a folder for a test's own files and answers its path.
  public func makeFolder(_ name: String) throws -> String {
    let path = "\(folder)/\(name)"
    guard mkdir(path, 0o700) == 0 else { throw SpawnFailure(executable: path, code: errno) }
    return path
  }

  /// Another process with the configuration of `seat`, on another port and with its own state directory.
  ///
  /// - Parameter key: its cluster key, when it is to have another one than the cluster.
  public func twin(of seat: MemberSeat, key: String? = nil) throws -> MemberSeat {
    let twin = try MemberSeat(twinOf: seat)
    if let key { try writeFile("\(folder)/twin.key", key + "\n") }
    try writeFile(
      twin.configuration, lines(of: twin, key: key == nil ? "cluster.key" : "twin.key"))
    return twin
  }

  /// Starts HAProxy and waits until it takes connections.
  public func startBalancer() async throws -> SpawnedProcess {
    let file = "\(folder)/haproxy.cfg"
    try writeFile(file, try balancerConfiguration())
    let process = try SpawnedProcess(
      "/usr/sbin/haproxy", ["-W", "-db", "-f", file], environment: Daemon.environment,
      outputPath: "\(folder)/haproxy.log")
    _ = try await eventually("HAProxy listens") { [balancerPort] in
      LoopbackSocket.isTaken(balancerPort) ? true : nil
    }
    return process
  }

  /// Waits until the load balancer has found a member that takes requests.
  public func untilServed() async throws {
    _ = try await eventually("the load balancer finds a member") { [api] () -> Bool? in
      try? await api.send("GET", "/system/info").status == 200 ? true : nil
    }
  }

  /// The packaged configuration with this cluster's addresses.
  private func balancerConfiguration() throws -> String {
    let packaged = String(
      decoding: try readFile("packaging/loadbalancer/haproxy.cfg"), as: UTF8.self)
    let lines = packaged.split(separator: "\n", omittingEmptySubsequences: false).filter {
      !$0.hasPrefix("  server member")
    }
    let servers = members.map { "  server \($0.name) 127.0.0.1:\($0.port)" }
    return (lines + servers.map { Substring($0) } + [""]).joined(separator: "\n")
      .replacing("bind :4440", with: "bind 127.0.0.1:\(balancerPort)")
  }
}

/// Where a member of a cluster lives, and the agent on its host.
public struct MemberSeat: Sendable {
  public let number: Int
  public let name: String
  public let port: UInt16
  /// Its way to the database.
  public let link: CuttableLink
  /// The member's own API, not through the load balancer.
  public let api: APIClient
  public let agent: AgentSeat
  let databaseURL: String
  let folder: String

  init(
    number: Int, folder: String, agent: AgentSeat, server: ScratchPostgres, database: String
  ) throws {
    self.number = number
    self.folder = folder
    self.agent = agent
    name = "member\(number)"
    port = try freePort()
    link = try CuttableLink(to: server.port)
    databaseURL = server.url(database: database).replacing(
      ":\(server.port)/", with: ":\(link.port)/")
    api = APIClient(server: "http://127.0.0.1:\(port)", token: "administrators-token")
    mkdir("\(folder)/\(name)", 0o700)
  }

  init(twinOf seat: MemberSeat) throws {
    number = seat.number
    folder = seat.folder
    agent = seat.agent
    name = seat.name + "-twin"
    port = try freePort()
    link = seat.link
    databaseURL = seat.databaseURL
    api = APIClient(server: "http://127.0.0.1:\(port)", token: "administrators-token")
    mkdir("\(folder)/\(name)", 0o700)
  }

  var configuration: String { "\(folder)/\(name).properties" }

  /// Starts the member and waits until it serves.
  public func start() async throws -> Daemon {
    try await Daemon.start(
      "\(binariesFolder)/quarterdeck-controlplane", ["--config", configuration],
      name: name, folder: folder)
  }
}
