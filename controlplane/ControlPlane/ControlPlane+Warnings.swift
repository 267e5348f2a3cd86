public import Daemon
import Glibc
import Identity

extension ControlPlane {
  /// What stops no start but is not what somebody wanted: files of users that cannot be read, a directory for logs
  /// that cannot be written to. Each names the key, the path and the consequence.
  public static func warnings(_ configuration: EffectiveConfiguration) -> [String] {
    let tokens = configuration[ControlPlaneKeys.tokensFile].flatMap { path in
      StaticTokens(path: path).problem.map {
        "\(ControlPlaneKeys.tokensFile.name): \(path): \($0); its tokens count as soon as it can be read"
      }
    }
    let realm = configuration[ControlPlaneKeys.realmFile].flatMap { path in
      RealmFile(path: path).problem.map {
        "\(ControlPlaneKeys.realmFile.name): \(path): \($0); its users count as soon as it can be read"
      }
    }
    let cluster = (try? ClusterConfiguration(configuration))?.warnings ?? []
    let logs = configuration[LogStorageKeys.directory].flatMap { path in
      access(path, W_OK | X_OK) == 0
        ? nil
        : "\(LogStorageKeys.directory.name): \(path): \(String(cString: strerror(errno))); "
          + "logs stay in the database until it can be written to"
    }
    return [tokens, realm, logs].compactMap { $0 } + cluster + configuration.keyStorageWarnings
  }
}
