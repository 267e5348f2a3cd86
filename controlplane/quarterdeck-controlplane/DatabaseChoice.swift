import ControlPlane
import Cryptography
import Daemon
import Database
import Glibc
import Logging
import Postgres
import SQLite
import Store

/// Which database `dataSource.url` names. This file is the only place that names the two engines.
enum DatabaseChoice: Equatable {
  case sqlite(path: String)
  case postgres(PostgresAddress)

  /// Why no database can be chosen.
  struct Problem: ExitCoded, CustomStringConvertible {
    let description: String
    var exitCode: ExitCode { .configuration }
  }

  /// Reads the address; without one it is a file in the state directory.
  init(_ configuration: EffectiveConfiguration) throws(Problem) {
    let key = ControlPlaneKeys.databaseURL
    let folder = configuration[ControlPlaneKeys.stateDirectory]
    let url = configuration[key] ?? "sqlite:\(folder)/quarterdeck.db"
    if url.hasPrefix("sqlite:") {
      self = .sqlite(path: try Self.path(url))
    } else {
      do {
        self = .postgres(
          try PostgresAddress(
            url, username: configuration[ControlPlaneKeys.databaseUsername],
            password: configuration[ControlPlaneKeys.databasePassword]))
      } catch {
        throw Problem(
          description:
            "\(key.name): \(error); allowed: jdbc:postgresql://…, postgresql://…, sqlite:/path")
      }
    }
    try refuseSharingAFile(configuration)
  }

  private static func path(_ url: String) throws(Problem) -> String {
    let path = String(url.dropFirst("sqlite:".count))
    guard path.hasPrefix("/") else {
      throw Problem(
        description:
          "\(ControlPlaneKeys.databaseURL.name): \(url): allowed: sqlite: and an absolute path")
    }
    return path
  }

  /// The same, once it is certain that reading it makes no new file.
  func existing() throws(Problem) -> DatabaseChoice {
    guard case .sqlite(let path) = self, access(path, R_OK) != 0 else { return self }
    throw Problem(
      description: "\(ControlPlaneKeys.databaseURL.name): sqlite:\(path): cannot be read")
  }

  /// Several members need a database that several hosts can reach.
  private func refuseSharingAFile(_ configuration: EffectiveConfiguration) throws(Problem) {
    guard case .sqlite = self, ClusterKeys.values(of: configuration)[Self.clusterKey] == "true"
    else { return }
    throw Problem(
      description: "\(Self.clusterKey): true needs PostgreSQL: "
        + "set \(ControlPlaneKeys.databaseURL.name) to a postgresql:// URL")
  }

  private static let clusterKey = "rundeck.clusterMode.enabled"

  /// Opens it under a name of this process's own. A database that several hosts can reach is shared unless the
  /// configuration says that no other member is there.
  func open(_ configuration: EffectiveConfiguration, _ logger: Logger) throws -> MemberDatabase {
    let session = MemberSession("quarterdeck-" + SecureRandom.hex(12))
    switch self {
    case .sqlite(let path):
      return MemberDatabase(
        // What was answered is there after a power failure, too.
        engine: try SQLiteDatabase(
          path: path, configuration: SQLiteConfiguration(durability: .full)),
        session: session, isExclusive: true, isShared: false)
    case .postgres(let address):
      let engine = PostgresDatabase(
        address,
        configuration: PostgresConfiguration(
          connections: configuration[ControlPlaneKeys.databasePoolSize],
          applicationName: session.name),
        logger: logger)
      let isAlone = ClusterKeys.values(of: configuration)[Self.clusterKey] == "false"
      return MemberDatabase(
        engine: engine, session: session, isExclusive: false, isShared: !isAlone)
    }
  }
}
