import Database
import Glibc
import HTTPClient
import Postgres

/// A real control plane and its agents, as installed by an operator, in a temporary folder.
///
/// Each daemon runs with a `NOTIFY_SOCKET` of its own, so that a test waits for `READY=1` instead of for
/// seconds. Daemons keep their folder and port over a restart.
public final class Installation: Sendable {
  /// The folder below which everything is kept.
  public let folder: String
  /// The member's TCP port.
  public let port: UInt16
  /// The API with the token of an administrator.
  public let api: APIClient
  private let databaseURL: String?
  private let settings: [String: String]
  private let certificateAuthority: String?

  /// The name of the agent where jobs without a node filter run.
  public static let sidecar = "sidecar"

  /// Prepares configuration files; nothing runs yet.
  ///
  /// - Parameters:
  ///   - databaseURL: a `postgresql://` URL, or nil for SQLite in the member's state directory.
  ///   - settings: further lines of the control plane's configuration.
  ///   - certificateAuthority: the PEM file that agents and the API client trust, when the settings make
  ///     the server speak HTTPS.
  public init(
    databaseURL: String?, settings: [String: String] = [:], certificateAuthority: String? = nil
  ) throws {
    folder = try makeTemporaryFolder("quarterdeck")
    port = try freePort()
    self.databaseURL = databaseURL
    self.settings = settings
    self.certificateAuthority = certificateAuthority
    var client = HTTPClientConfiguration()
    client.certificateAuthorityFile = certificateAuthority
    client.keptConnections = 64
    let scheme = certificateAuthority == nil ? "http" : "https"
    api = APIClient(
      server: "\(scheme)://127.0.0.1:\(port)", token: "administrators-token",
      client: HTTPClient(configuration: client))
    try writeFile("\(folder)/tokens.properties", "admin: administrators-token,admin\n")
    for name in ["member", "sockets"] { mkdir("\(folder)/\(name)", 0o700) }
    try writeFile("\(folder)/controlplane.properties", configuration)
  }

  deinit { removeFolder(folder) }

  private var configuration: String {
    var lines = [
      "server.address": "127.0.0.1", "server.port": "\(port)",
      "quarterdeck.state.directory": "\(folder)/member",
      "rundeck.tokens.file": "\(folder)/tokens.properties",
      "quarterdeck.log.format": "text", "quarterdeck.log.level": "debug",
      "quarterdeck.sidecar": Self.sidecar, "grails.serverURL": api.server,
    ]
    lines["dataSource.url"] = databaseURL
    lines.merge(settings) { $1 }
    return lines.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
  }

  /// Starts the control plane and waits until it serves.
  public func startControlPlane(environment: [String: String] = [:]) async throws -> Daemon {
    try await Daemon.start(
      "\(binariesFolder)/quarterdeck-controlplane",
      ["--config", "\(folder)/controlplane.properties"],
      name: "controlplane", folder: folder, environment: environment)
  }

  /// Enrols an agent of that name; it does not run yet. `renewing` gives an enrolled one a new credential.
  ///
  /// - Parameter link: the way on which it reaches the member; nil for the direct one.
  public func enrolAgent(
    _ name: String = sidecar, renewing: Bool = false, through link: CuttableLink? = nil
  ) async throws {
    try await seat(name, through: link).enrol(with: api, renewing: renewing)
  }

  /// Starts an enrolled agent and waits until it is connected.
  public func startAgent(
    _ name: String = sidecar, environment: [String: String] = [:]
  ) async throws -> Daemon {
    try await seat(name).start(environment: environment)
  }

  /// What the store says of rows that should be closed or gone once every execution has ended, in words; only where the
  /// database is PostgreSQL.
  public func openRows() async throws -> [String] {
    try await ask(Self.openRowsQuery).map { "\($0.values)" }
  }

  /// How many rows a table has; only where the database is PostgreSQL.
  public func count(_ table: String) async throws -> Int {
    guard
      case .integer(let count)? = try await ask("SELECT COUNT(*) FROM \(table)").first?.values[0]
    else { return 0 }
    return Int(count)
  }

  private func ask(_ query: String) async throws -> [Row] {
    guard let databaseURL else { return [] }
    let database = PostgresDatabase(
      try PostgresAddress(databaseURL), configuration: .patient(connections: 1))
    do {
      let rows = try await database.run(Statement(query)).rows
      await database.close()
      return rows
    } catch {
      await database.close()
      throw error
    }
  }

  private static let openRowsQuery = """
    SELECT 'execution' AS what, id FROM execution WHERE status IN ('queued', 'scheduled', 'running')
    UNION ALL SELECT 'assignment', id FROM assignment WHERE state <> 'ended'
    UNION ALL SELECT 'step', execution_id FROM step_state WHERE ended_at IS NULL
    """

  private func seat(_ name: String, through link: CuttableLink? = nil) -> AgentSeat {
    AgentSeat(
      name: name, folder: folder,
      server: link.map { "http://127.0.0.1:\($0.port)" } ?? api.server,
      certificateAuthority: certificateAuthority)
  }
}

/// A TCP port of the loopback address that was free a moment ago.
public func freePort() throws -> UInt16 {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let code = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, length) + getsockname(descriptor, $0, &length)
    }
  }
  guard code == 0 else { throw SpawnFailure(executable: "bind", code: errno) }
  return UInt16(bigEndian: address.sin_port)
}
