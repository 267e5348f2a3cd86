public import Model

/// How the member that carries an execution is chosen.
public enum RemoteExecutionPolicy: Sendable, Hashable {
  /// The member that starts an execution carries it.
  case none
  case random
  case roundRobin
  /// `config.uuid`.
  case preset(MemberID)
  case load(LoadRule)

  /// The name in Rundeck's words.
  public var name: String {
    switch self {
    case .none: "None"
    case .random: "Random"
    case .roundRobin: "RoundRobin"
    case .preset: "Preset"
    case .load: "Load"
    }
  }

  static let names = ["None", "Random", "RoundRobin", "Preset", "Load"]
}

/// Which members a policy may choose.
public struct MemberBounds: Sendable, Hashable {
  /// Nil: every member, the one that chooses included.
  public var allowed: AllowedMembers?
  /// Nil: whatever its tags.
  public var allowedTags: TagExpression?
  /// Members that are taken before all others when one of them is there.
  public var preferredTags: TagExpression?
  /// Whether members in passive mode are out of the question.
  public var isActiveOnly: Bool

  public init(
    allowed: AllowedMembers? = nil, allowedTags: TagExpression? = nil,
    preferredTags: TagExpression? = nil, isActiveOnly: Bool = true
  ) {
    self.allowed = allowed
    self.allowedTags = allowedTags
    self.preferredTags = preferredTags
    self.isActiveOnly = isActiveOnly
  }
}

/// A policy with its bounds, for the projects that are assigned to it or for all others.
public struct RemoteExecutionProfile: Sendable, Hashable {
  /// Nil for the default policy.
  public var name: String?
  public var projects: [String]
  public var policy: RemoteExecutionPolicy
  public var bounds: MemberBounds

  public init(
    name: String? = nil, projects: [String] = [], policy: RemoteExecutionPolicy = .none,
    bounds: MemberBounds = MemberBounds()
  ) {
    self.name = name
    self.projects = projects
    self.policy = policy
    self.bounds = bounds
  }
}
