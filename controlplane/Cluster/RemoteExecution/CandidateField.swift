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
  /// Who takes turns, in an order that is the same on every member; some of them may be passed over.
  let rotation: [MemberCandidate]
  let passedOver: Set<MemberID>
  let excluded: [RemoteExecutionDecision.Exclusion]

  /// Who may be chosen.
  var candidates: [MemberCandidate] { rotation.filter { !passedOver.contains($0.id) } }

  init(
    profile: RemoteExecutionProfile, keepsLocal: Locality?, members: [MemberCandidate],
    this: MemberID, excluding: Set<MemberID>
  ) {
    self.profile = profile
    locality = profile.policy == .none ? .policyNone : keepsLocal
    passedOver = excluding
    let test = QualificationTest(profile: profile, locality: locality, this: this)
    let tested = Self.inOrder(members, with: locality == nil ? nil : this)
      .map { (member: $0, reason: test.reason(against: $0)) }
    let qualified = tested.filter { $0.reason == nil }.map(\.member)
    let preferred = qualified.filter(test.isPreferred)
    let isNarrowed = preferred.contains { !excluding.contains($0.id) }
    rotation = isNarrowed ? preferred : qualified
    let chosenFrom = Set(rotation.map(\.id))
    excluded = tested.compactMap { member, reason in
      let reason =
        reason
        ?? (excluding.contains(member.id) ? QualificationTest.passedOver : nil)
        ?? (chosenFrom.contains(member.id) ? nil : test.lackOfPreference(in: member))
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
