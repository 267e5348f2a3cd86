public import Model

/// Everything about the cluster that a member's configuration says.
public struct ClusterSettings: Sendable, Hashable {
  /// `rundeck.clusterMode.enabled`; nil when it is not said: then a database that several members can share
  /// makes it a cluster.
  public var isCluster: Bool?
  public var timing: ClusterTiming
  public var takeover: TakeoverSettings
  /// `rundeck.executionMode`: what this member's mode is set to at each start; nil leaves it as it was.
  public var startMode: ExecutionMode?
  /// `rundeck.server.tags`.
  public var tags: [String]

  public init(
    isCluster: Bool? = nil, timing: ClusterTiming = ClusterTiming(),
    takeover: TakeoverSettings = TakeoverSettings(), startMode: ExecutionMode? = nil,
    tags: [String] = []
  ) {
    self.isCluster = isCluster
    self.timing = timing
    self.takeover = takeover
    self.startMode = startMode
    self.tags = tags
  }
}

/// A configured value that cannot be used. The setting then has its default.
public struct ClusterSettingsProblem: Error, Sendable, Hashable, CustomStringConvertible {
  public let key: String
  /// What is wrong, naming the value.
  public let message: String

  public var description: String { "\(key): \(message)" }
}
