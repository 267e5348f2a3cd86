public import Model

/// Decides which member carries an execution. Pure: the same question has the same answer on every member that
/// has the same configuration.
public struct RemoteExecutionDecider: Sendable {
  public let profiles: RemoteExecutionProfiles

  public init(_ profiles: RemoteExecutionProfiles) { self.profiles = profiles }

  /// Chooses by the project's profile.
  ///
  /// - Parameters:
  ///   - members: the members as `this` sees them, itself included. Members that left long ago need not be
  ///     there; each that is there is either a candidate or explained.
  ///   - this: the member that decides, which `Self` names.
  ///   - excluding: members that were chosen for this execution before and did not claim it in time.
  ///   - turn: what `RoundRobin` goes by, and what `Random` and `Load` derive their draws from. A decision that is
  ///     made again without a member may have the same turn.
  ///   - carriesSecureOptions: the execution has secure option values.
  ///
  /// When nobody may be chosen, `chosen` is nil: an execution that a policy forwards is never carried by a
  /// member outside of the policy's bounds. Rundeck's documentation does not say what happens then.
  public func decide(
    project: String, members: [MemberCandidate], self this: MemberID,
    excluding: Set<MemberID> = [], turn: RemoteExecutionTurn, carriesSecureOptions: Bool = false
  ) -> RemoteExecutionDecision {
    let profile = profiles.profile(for: project)
    let isSealed = profiles.carriesSecureOptions || !carriesSecureOptions
    let field = CandidateField(
      profile: profile, keepsLocal: isSealed ? nil : .secureOptions, members: members, this: this,
      excluding: excluding)
    return field.decide(turn)
  }

  /// Chooses any active member for an execution that no policy decides about, because the member that has it
  /// begins no runs. With secure options that may not be forwarded nobody is chosen.
  public func decideActive(
    members: [MemberCandidate], self this: MemberID, excluding: Set<MemberID> = [],
    turn: RemoteExecutionTurn, carriesSecureOptions: Bool = false
  ) -> RemoteExecutionDecision {
    let isSealed = profiles.carriesSecureOptions || !carriesSecureOptions
    let field = CandidateField(
      profile: RemoteExecutionProfile(policy: .random), keepsLocal: isSealed ? nil : .secureOptions,
      members: members, this: this, excluding: excluding.union([this]))
    var decision = field.decide(turn)
    decision.policy = RemoteExecutionPolicy.none.name
    decision.reason =
      "No policy is in force, and the member \(this) begins no runs. " + decision.reason
    return decision
  }
}
