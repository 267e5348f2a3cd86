import Model

extension CandidateField {
  /// A member with the sentence that says how it came to be chosen.
  struct Choice {
    let member: MemberCandidate
    let reason: String
  }

  func decide(_ turn: RemoteExecutionTurn) -> RemoteExecutionDecision {
    let choice = choose(turn)
    return RemoteExecutionDecision(
      policy: profile.policy.name, profile: profile.name, candidates: candidates.map(\.id),
      excluded: excluded, chosen: choice?.member.id, reason: choice?.reason ?? nobody,
      criteria: criteria(turn))
  }

  private var nobody: String {
    switch (locality, profile.policy) {
    case (.some, _): "The member that starts the execution cannot carry it."
    case (nil, .preset(let uuid)): "The preset member \(uuid) cannot carry it."
    default: "No member may be chosen."
    }
  }

  private func choose(_ turn: RemoteExecutionTurn) -> Choice? {
    if let locality { return candidates.first.map { Choice(member: $0, reason: locality.reason) } }
    return switch profile.policy {
    case .none, .preset:
      candidates.first.map { Choice(member: $0, reason: "The preset member is \($0.label).") }
    case .random: random(turn)
    case .roundRobin: rotate(turn)
    case .load(let rule): LoadChoice(rule: rule, members: candidates).choose(turn)
    }
  }

  private func random(_ turn: RemoteExecutionTurn) -> Choice? {
    turn.draw(from: candidates).map {
      Choice(member: $0, reason: "\($0.label) was drawn from \(candidates.inWords).")
    }
  }

  private func rotate(_ turn: RemoteExecutionTurn) -> Choice? {
    let chosen = Set(candidates.map(\.id))
    let turn = dependsOnDecider ? .numbered(turn.number) : turn
    return turn.next(in: rotation, isPassedOver: { !chosen.contains($0.id) }).map {
      Choice(
        member: $0, reason: "Turn \(turn.number) falls on \($0.label), of \(candidates.inWords).")
    }
  }

  /// The turn where it decides, and what each candidate's load is where that is compared, by UUID.
  private func criteria(_ turn: RemoteExecutionTurn) -> [String: String] {
    guard locality == nil else { return [:] }
    switch profile.policy {
    case .none, .preset: return [:]
    case .random, .roundRobin: return ["turn": String(turn.number)]
    case .load(let rule):
      let loads = candidates.map { ($0.id.text, rule.explain($0)) }
      return Dictionary(loads + [("turn", String(turn.number))]) { first, _ in first }
    }
  }
}

extension CandidateField.Locality {
  fileprivate var reason: String {
    switch self {
    case .policyNone: "The policy None leaves an execution on the member that starts it."
    case .secureOptions:
      "The execution has secure options, which are not forwarded while "
        + "\(RemoteExecutionKeys.encryption) is false."
    }
  }
}

extension Collection {
  /// `1 candidate`, `3 candidates`.
  fileprivate var inWords: String { count == 1 ? "1 candidate" : "\(count) candidates" }
}
