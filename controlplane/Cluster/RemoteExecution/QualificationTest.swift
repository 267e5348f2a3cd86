import Model

/// Whether a member may be chosen, and if not, why.
struct QualificationTest {
  let profile: RemoteExecutionProfile
  let locality: CandidateField.Locality?
  /// The member that decides; nil when the question is whom a schedule may pass to.
  let this: MemberID?

  static let passedOver = "was chosen before and did not claim the execution in time"

  /// What follows the member's name in a sentence; nil for a member that may be chosen.
  func reason(against member: MemberCandidate) -> String? {
    if let locality, member.id != this { return locality.reasonAgainstOthers }
    if let absence = member.absence { return absence }
    if profile.bounds.isActiveOnly, member.mode == .passive { return "is passive" }
    return locality == nil ? lackOfPermission(of: member) : nil
  }

  private func lackOfPermission(of member: MemberCandidate) -> String? {
    if case .preset(let uuid) = profile.policy {
      return member.id == uuid ? nil : "is not the preset member \(uuid)"
    }
    if let allowed = profile.bounds.allowed, !allowed.names(member.id, seenBy: this) {
      return "is not named by allowed \(allowed)"
    }
    if let wanted = profile.bounds.allowedTags, !matches(wanted, member) {
      return Self.mismatch(member, "allowedTags", wanted)
    }
    return nil
  }

  /// Whether the preferred tags are its own; the policy Preset has none.
  func isPreferred(_ member: MemberCandidate) -> Bool {
    if case .preset = profile.policy { return false }
    return profile.bounds.preferredTags.map { matches($0, member) } ?? false
  }

  /// Whether nothing but a word that means the deciding member itself, or the others, is against it.
  func isKeptOutAsItself(_ member: MemberCandidate, preferred: Bool) -> Bool {
    let impartial = QualificationTest(profile: profile, locality: locality, this: nil)
    return locality == nil && reason(against: member) != nil
      && impartial.reason(against: member) == nil && (!preferred || impartial.isPreferred(member))
  }

  /// Why a member that may be chosen is not, beside preferred ones.
  func lackOfPreference(in member: MemberCandidate) -> String? {
    profile.bounds.preferredTags.map { Self.mismatch(member, "preferredTags", $0) }
  }

  private func matches(_ wanted: TagExpression, _ member: MemberCandidate) -> Bool {
    wanted.matches(member.tags, isSelf: this == nil || member.id == this)
  }

  private static func mismatch(
    _ member: MemberCandidate, _ key: String, _ wanted: TagExpression
  ) -> String {
    let tags = member.tags.sorted().joined(separator: ",")
    return (tags.isEmpty ? "it has no tags and matches" : "its tags \(tags) match")
      + " none of \(key) \(wanted)"
  }
}

extension CandidateField.Locality {
  var reasonAgainstOthers: String {
    switch self {
    case .policyNone:
      "is not the member that starts the execution, and the policy None forwards none"
    case .secureOptions:
      "is not the member that starts the execution, and secure options are not forwarded while "
        + "\(RemoteExecutionKeys.encryption) is false"
    }
  }
}
