/// How it was decided which member carries an execution: what the policy looked at, what it chose and why.
public struct RemoteExecutionDecision: Sendable, Hashable, Codable {
  /// A member that could not be chosen.
  public struct Exclusion: Sendable, Hashable, Codable {
    public var member: MemberID
    /// One sentence.
    public var reason: String

    public init(member: MemberID, reason: String) {
      self.member = member
      self.reason = reason
    }
  }

  /// The policy's name in Rundeck's words: `None`, `Random`, `RoundRobin`, `Preset`, `Load`.
  public var policy: String
  /// The profile that the policy came from; nil for the default policy.
  public var profile: String?
  /// Who could be chosen.
  public var candidates: [MemberID]
  public var excluded: [Exclusion]
  /// Nil when nobody could be.
  public var chosen: MemberID?
  /// One sentence.
  public var reason: String
  /// What the policy compared, by name, as text.
  public var criteria: [String: String]

  public init(
    policy: String, profile: String? = nil, candidates: [MemberID] = [],
    excluded: [Exclusion] = [], chosen: MemberID? = nil, reason: String,
    criteria: [String: String] = [:]
  ) {
    self.policy = policy
    self.profile = profile
    self.candidates = candidates
    self.excluded = excluded
    self.chosen = chosen
    self.reason = reason
    self.criteria = criteria
  }
}
