public import Model

/// Who may get a dead member's schedules under the autotakeover policy `RemoteExecution`: the members that the
/// remote-execution policy of the schedule's project may choose.
///
/// `Self` and `Other` name every survivor here: whoever takes a schedule is itself, and other than the
/// member that had it. The policy `None` sets no bounds for the same reason.
public struct AutotakeoverCandidates: Sendable {
  public let profiles: RemoteExecutionProfiles

  public init(_ profiles: RemoteExecutionProfiles) { self.profiles = profiles }

  /// The candidates of each project that a profile names, and, for nil, of all other projects.
  public func byProject(dead: MemberID, members: [MemberCandidate]) -> [String?: [MemberID]] {
    var shares: [String?: [MemberID]] = [nil: candidates(for: nil, dead: dead, members: members)]
    for project in Set(profiles.isEnabled ? profiles.projects : []) {
      shares[project] = candidates(for: project, dead: dead, members: members)
    }
    return shares
  }

  /// The answer to what a takeover asks: the survivors it names are there and active.
  public var answer: TakeoverDecider.Candidates {
    { dead, survivors in
      byProject(
        dead: dead,
        members: survivors.map {
          MemberCandidate(id: $0.term.member, name: $0.name, tags: $0.tags)
        })
    }
  }

  /// Who may get the schedules of `project` (nil: of one that no profile names), by UUID.
  ///
  /// When the policy allows none of the members that are there, every one of them is a candidate as long as the
  /// policy is asked again at each due instant: the new owner carries nothing then, but accounts for what
  /// falls due. Otherwise nobody is.
  public func candidates(
    for project: String?, dead: MemberID, members: [MemberCandidate]
  ) -> [MemberID] {
    let profile = profiles.profile(for: project)
    let survivors = members.filter { $0.id != dead && $0.absence == nil && $0.mode == .active }
    let allowed = Self.allowed(among: survivors, by: profile)
    let isWidened = allowed.isEmpty && profiles.isAskedAtEachFire
    return (isWidened ? survivors : allowed).map(\.id).sorted { $0.text < $1.text }
  }

  private static func allowed(
    among survivors: [MemberCandidate], by profile: RemoteExecutionProfile
  ) -> [MemberCandidate] {
    guard profile.policy != .none else { return survivors }
    let test = QualificationTest(profile: profile, locality: nil, this: nil)
    let qualified = survivors.filter { test.reason(against: $0) == nil }
    let preferred = qualified.filter(test.isPreferred)
    return preferred.isEmpty ? qualified : preferred
  }
}
