import Daemon

/// The key storage.
enum KeyStorageKeys {
  static let all: [any DescribedKey] = [limit]
  static let families = [providers, converters]

  static let limit = ConfigurationKey(
    "quarterdeck.keys.maxBytes", .int(1_024...16_777_216), default: 1_048_576,
    "The largest key that can be stored, in bytes.")

  /// Read so that a configuration of Rundeck's can be used as it is; keys are always in the database.
  static let providers = ConfigurationFamily(
    "rundeck.storage.provider.", isSecret: true,
    "Where Rundeck keeps keys: NUMBER.type and NUMBER.path; this program knows db.")

  /// Their values may be passwords.
  static let converters = ConfigurationFamily(
    "rundeck.storage.converter.", isSecret: true,
    "How Rundeck encrypts keys: NUMBER.type and more; this program seals all keys with the cluster key."
  )
}

extension EffectiveConfiguration {
  /// What Rundeck's keys for its key storage ask for and this program does otherwise.
  var keyStorageWarnings: [String] {
    KeyStorageWishes.warnings(
      providers: self[KeyStorageKeys.providers], converters: self[KeyStorageKeys.converters])
  }
}

/// What a configuration of Rundeck's says about its key storage. Pure.
enum KeyStorageWishes {
  /// What has no effect; the keys are those behind a family's prefix (`1.type`).
  static func warnings(
    providers: [String: String], converters: [String: String]
  ) -> [String] {
    entries(providers).compactMap { provider($0, $1) }
      + entries(converters).map { converter($0, $1) }
  }

  private static func provider(_ number: String, _ values: [String: String]) -> String? {
    let key = "\(KeyStorageKeys.providers.prefix)\(number).type"
    guard let type = values["type"] else {
      return "\(key) is missing; keys are kept in the database"
    }
    guard type != "db" else { return nil }
    let path = values["path"].map { " below \($0)" } ?? ""
    return
      "\(key) = \(type) has no effect: the only provider is db, keys\(path) are kept in the database"
  }

  private static func converter(_ number: String, _ values: [String: String]) -> String {
    let type = values["type"].map { " = \($0)" } ?? ""
    return
      "\(KeyStorageKeys.converters.prefix)\(number).type\(type) has no effect: every key is sealed with the "
      + "cluster key (\(ControlPlaneKeys.clusterKeyFile.name))"
  }

  /// The settings of each number, the lowest first.
  private static func entries(
    _ pairs: [String: String]
  ) -> [(number: String, values: [String: String])] {
    var found: [String: [String: String]] = [:]
    for (key, value) in pairs {
      let parts = key.split(separator: ".", maxSplits: 1)
      guard parts.count == 2 else { continue }
      found[String(parts[0]), default: [:]][String(parts[1])] = value
    }
    return found.sorted { (Int($0.key) ?? .max, $0.key) < (Int($1.key) ?? .max, $1.key) }
      .map { (number: $0.key, values: $0.value) }
  }
}
