import Model

extension ClusterSettings {
  /// The keys that `init(_:problems:)` reads.
  public static let keys = [
    "rundeck.clusterMode.enabled", "rundeck.clusterMode.heartbeat.interval",
    "rundeck.clusterMode.heartbeat.delay", "rundeck.clusterMode.heartbeat.considerInactive",
    "rundeck.clusterMode.heartbeat.considerDead", "rundeck.clusterMode.remoteExec.process.interval",
    "rundeck.clusterMode.autotakeover.enabled", "rundeck.clusterMode.autotakeover.policy",
    "rundeck.clusterMode.autotakeover.delay", "rundeck.clusterMode.autotakeover.sleep",
    "rundeck.clusterMode.autotakeover.config.allowed",
    "rundeck.clusterMode.recoverExecutions.enabled", "rundeck.clusterMode.recoverExecutions.policy",
    "rundeck.clusterMode.recoverExecutions.delay", "rundeck.clusterMode.recoverExecutions.sleep",
    "rundeck.clusterMode.recoverExecutions.config.allowed", "rundeck.executionMode",
    "rundeck.server.tags",
  ]

  /// Reads configured values by their full keys. What cannot be used is named in `problems` and has its default.
  ///
  /// Durations are whole numbers with a unit (`500ms`, `10s`, `5m`, `2h`, `1d`), or plain numbers of seconds, which
  /// is the unit that Rundeck documents.
  public init(_ values: [String: String], problems: inout [ClusterSettingsProblem]) {
    var reader = ClusterSettingsReader(values)
    isCluster = reader.flag("rundeck.clusterMode.enabled")
    timing = reader.timing()
    takeover = TakeoverSettings(
      schedules: reader.rule("rundeck.clusterMode.autotakeover", offersRemoteExecution: true),
      executions: reader.rule(
        "rundeck.clusterMode.recoverExecutions", offersRemoteExecution: false))
    startMode = reader.mode("rundeck.executionMode")
    tags = reader.list("rundeck.server.tags")
    problems += reader.problems
  }
}
