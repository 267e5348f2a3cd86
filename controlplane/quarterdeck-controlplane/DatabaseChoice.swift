import ControlPlane
import Daemon
import Database
import Logging
import Postgres
import SQLite

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

  /// Several members need a database that several hosts can reach.
  private func refuseSharingAFile(_ configuration: EffectiveConfiguration) throws(Problem) {
    guard case .sqlite = self, configuration[ControlPlaneKeys.clusterMode] else { return }
    throw Problem(
      description: "\(ControlPlaneKeys.clusterMode.name): true needs PostgreSQL: "
        + "set \(ControlPlaneKeys.databaseURL.name) to a postgresql:// URL")
  }

  func open(_ configuration: EffectiveConfiguration, _ logger: Logger) throws -> any Database {
    switch self {
    case .sqlite(let path):
      try SQLiteDatabase(path: path)
    case .postgres(let address):
      PostgresDatabase(
        address,
        configuration: PostgresConfiguration(
          connections: configuration[ControlPlaneKeys.databasePoolSize]),
        logger: logger)
    }
  }
}
