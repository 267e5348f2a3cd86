import Model

/// The members of one decision, sorted into those that may be chosen and those that may not.
struct CandidateField {
  /// Why an execution stays on the member that starts it.
  enum Locality: Sendable {
    case policyNone
    case secureOptions
  }

  let profile: RemoteExecutionProfile
  /// Set when everything but the deciding member is out of the question.
  let locality: Locality?
  /// Who may be chosen, by UUID.
  let candidates: [MemberCandidate]
  /// Who takes turns, by UUID: the candidates, those that were passed over, and the deciding member where only
  /// `Other` keeps it out, so that all members decide by one rotation.
  let rotation: [MemberCandidate]
  /// Whether `Other` keeps the deciding member out. Then who decides has a say in who is chosen, and the rhythm in
  /// which members decide must not show.
  let dependsOnDecider: Bool
  let excluded: [RemoteExecutionDecision.Exclusion]

  init(
    profile: RemoteExecutionProfile, keepsLocal: Locality?, members: [MemberCandidate],
    this: MemberID, excluding: Set<MemberID>
  ) {
    self.profile = profile
    locality = profile.policy == .none ? .policyNone : keepsLocal
    let test = QualificationTest(profile: profile, locality: locality, this: this)
    let tested = Self.inOrder(members, with: locality == nil ? nil : this)
      .map { (member: $0, reason: test.reason(against: $0)) }
    let qualified = tested.filter { $0.reason == nil }.map(\.member)
    let preferred = qualified.filter(test.isPreferred)
    let isNarrowed = preferred.contains { !excluding.contains($0.id) }
    let pool = isNarrowed ? preferred : qualified
    let inPool = Set(pool.map(\.id))
    candidates = pool.filter { !excluding.contains($0.id) }
    let keptOut = tested.map(\.member).first {
      $0.id == this && test.isKeptOutAsItself($0, preferred: isNarrowed)
    }
    dependsOnDecider = keptOut != nil
    rotation = tested.map(\.member).filter { inPool.contains($0.id) || $0.id == keptOut?.id }
    excluded = tested.compactMap { member, reason in
      let reason =
        reason ?? (excluding.contains(member.id) ? QualificationTest.passedOver : nil)
        ?? (inPool.contains(member.id) ? nil : test.lackOfPreference(in: member))
      return reason.map { .init(member: member.id, reason: $0) }
    }
  }

  /// Once each, by UUID. The deciding member is there even when nobody listed it, where it alone counts.
  private static func inOrder(
    _ members: [MemberCandidate], with this: MemberID?
  ) -> [MemberCandidate] {
    var seen: Set<MemberID> = []
    let own = this.map { [MemberCandidate(id: $0)] } ?? []
    return (members + own).filter { seen.insert($0.id).inserted }
      .sorted { $0.id.text < $1.id.text }
  }
}
