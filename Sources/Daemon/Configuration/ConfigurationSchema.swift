/// All keys that a daemon knows. Its logging and stopping keys (``DaemonKeys``) are always among them.
public struct ConfigurationSchema: Sendable {
  /// The keys in the order in which they are documented and listed.
  public let keys: [any DescribedKey]
  /// The prefixes under which a user may choose names.
  public let families: [ConfigurationFamily]

  /// Makes a schema of a daemon's keys. Two keys of one name are a mistake of the program and trap.
  public init(keys: [any DescribedKey], families: [ConfigurationFamily] = []) {
    self.keys = keys + DaemonKeys.all
    self.families = families
    var seen: Set<String> = []
    for name in self.keys.flatMap({ [$0.name] + $0.aliases }) {
      precondition(seen.insert(name).inserted, "two configuration keys are called \(name)")
    }
  }

  /// Every name that a user may write.
  var names: [String] { keys.flatMap { [$0.name] + $0.aliases } }
}
