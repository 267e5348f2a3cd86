import Model
import Store

extension TakeoverDecider {
  /// Why nothing is taken from `dead`, as a sentence; nil when something is.
  func refusal(_ dead: MemberStanding, _ survivors: [MemberStanding]) -> String? {
    if let reason = settings.schedules.refusal(for: dead.term.member) {
      return "Nothing is taken from \(dead.term): autotakeover \(reason)."
    }
    guard survivors.isEmpty else { return nil }
    return "Nothing is taken from \(dead.term): no active member is there that could take it."
  }

  /// The fencing of `dead`, with what each survivor gets.
  func fencing(
    _ dead: MemberStanding, _ survivors: [MemberStanding], now: Instant
  ) -> TakeoverDecision.Fencing {
    let takers = survivors.sorted { $0.term.member.text < $1.term.member.text }
    return TakeoverDecision.Fencing(
      dead: dead.term, silence: dead.heartbeatAt.duration(to: now),
      plan: plan(for: dead.term, takers))
  }

  private func plan(for dead: Term, _ takers: [MemberStanding]) -> HandoverPlan {
    var plan = HandoverPlan(
      schedules: schedules(of: dead.member, takers),
      executions: Dealing.order(takers.map { ($0.term, $0.weight) }))
    if let reason = settings.executions.refusal(for: dead.member) {
      plan.executions = []
      plan.endReason = "The member that carried it died, and recoverExecutions \(reason)"
    }
    return plan
  }

  private func schedules(
    of dead: MemberID, _ takers: [MemberStanding]
  ) -> [String?: [MemberID]] {
    guard settings.schedules.policy == .remoteExecution, let candidates else {
      return [nil: Self.order(takers)]
    }
    return candidates(dead, takers).mapValues { allowed in
      Self.order(takers.filter { allowed.contains($0.term.member) })
    }
  }

  private static func order(_ takers: [MemberStanding]) -> [MemberID] {
    Dealing.order(takers.map { ($0.term.member, $0.weight) })
  }
}

extension Duration {
  /// Whole milliseconds, for sentences.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
