import Model

/// The choice of the policy `Load`.
struct LoadChoice {
  private let rule: LoadRule
  private let members: [(member: MemberCandidate, value: Double)]

  init(rule: LoadRule, members: [MemberCandidate]) {
    self.rule = rule
    self.members = members.map { ($0, rule.value(of: $0)) }
  }

  /// The least loaded member, or one of a drawn group. Nil without members.
  func choose(_ turn: RemoteExecutionTurn) -> CandidateField.Choice? {
    guard let weights = rule.groupWeights else { return least(turn) }
    return drawn(turn, weights) ?? least(turn)
  }

  /// Among equals the turn decides.
  private func least(_ turn: RemoteExecutionTurn) -> CandidateField.Choice? {
    guard let lowest = members.map(\.value).min() else { return nil }
    let equals = members.filter { $0.value == lowest }.map(\.member)
    return turn.next(in: equals).map {
      let share =
        equals.count == 1 ? "" : ", as \(equals.count) have; turn \(turn.number) falls on it"
      return CandidateField.Choice(
        member: $0, reason: "\($0.label) has the lowest load, \(lowest.inThousandths)\(share).")
    }
  }

  /// Nil when every group that has members weighs nothing.
  private func drawn(
    _ turn: RemoteExecutionTurn, _ weights: [Double]
  ) -> CandidateField.Choice? {
    let groups = self.groups(turn, count: weights.count)
    let total = zip(groups, weights).reduce(0) { $0 + ($1.0.isEmpty ? 0 : $1.1) }
    var position = turn.fraction * total
    for (index, (group, weight)) in zip(groups, weights).enumerated() where weight > 0 {
      guard let member = turn.draw(from: group) else { continue }
      position -= weight
      if position < 0 || index == groups.lastIndex(weighedBy: weights) {
        let reason =
          "Group \(index + 1) of \(weights.count) was drawn, and \(member.label) from its \(group.count)."
        return CandidateField.Choice(member: member, reason: reason)
      }
    }
    return nil
  }

  /// The members by load, cut into groups as equal as can be; the turn orders members of equal load.
  private func groups(_ turn: RemoteExecutionTurn, count: Int) -> [[MemberCandidate]] {
    let sorted = members.sorted {
      ($0.value, turn.rank(of: $0.member.id.text)) < ($1.value, turn.rank(of: $1.member.id.text))
    }
    var groups = [[MemberCandidate]](repeating: [], count: count)
    for (place, entry) in sorted.enumerated() {
      groups[place * count / sorted.count].append(entry.member)
    }
    return groups
  }
}

extension [[MemberCandidate]] {
  /// The last group that has members and weighs something.
  fileprivate func lastIndex(weighedBy weights: [Double]) -> Int? {
    indices.last { !self[$0].isEmpty && weights[$0] > 0 }
  }
}
