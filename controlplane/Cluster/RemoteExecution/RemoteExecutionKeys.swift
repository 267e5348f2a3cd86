/// The names of the configuration keys about remote execution, as Rundeck documents them.
public enum RemoteExecutionKeys {
  static let root = "rundeck.clusterMode.remoteExecution."
  static let isEnabled = root + "enabled"
  static let profiles = root + "profiles"
  static let profile = root + "profile."
  static let cleanup = root + "cleanup.older.messages"
  static let fires = "rundeck.clusterMode.remoteScheduledExecutionPolicy.enabled"
  static let abort = "rundeck.clusterMode.remoteAbort.enabled"
  static let encryption = "rundeck.clusterMode.messaging.encryption.enabled"

  /// What follows `remoteExecution.` or `remoteExecution.profile.NAME.`.
  static let policyKeys = [
    "policy", "config.allowed", "config.allowedTags", "config.preferredTags", "config.activeOnly",
    "config.uuid", "config.criteria", "config.weights", "config.groupWeight",
  ]

  /// Every key with a fixed name. A configuration schema that knows these and `prefixes` warns about nothing
  /// that `RemoteExecutionProfiles.parse` reads or warns about itself.
  public static let all =
    [isEnabled, profiles, cleanup, fires, abort, encryption]
    + policyKeys.map { root + $0 }

  /// What keys with names of the user's begin with.
  public static let prefixes = [profile]

  /// Accepted without an effect: there are no messages between members that would have to be cleaned up.
  public static let withoutEffect = [cleanup]
}
