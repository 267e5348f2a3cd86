import Model

extension TakeoverDecider {
  /// Why nothing is taken from `dead`, as a sentence; nil when something is.
  func refusal(_ dead: MemberStanding, _ survivors: [MemberStanding]) -> String? {
    let member = dead.term.member
    if let schedules = settings.schedules.refusal(for: member),
      let executions = settings.executions.refusal(for: member)
    {
      return
        "Nothing is taken from it: autotakeover: \(schedules); recoverExecutions: \(executions)."
    }
    return survivors.isEmpty ? "No active member is there to take over from it." : nil
  }

  /// The fencing of `dead`, with what each survivor gets.
  func fencing(
    _ dead: MemberStanding, _ survivors: [MemberStanding], now: Instant
  ) -> TakeoverDecision.Fencing {
    let member = dead.term.member
    let takers = survivors.sorted { $0.term.member.text < $1.term.member.text }
    let mayAdopt = settings.executions.refusal(for: member) == nil
    let silence = dead.heartbeatAt.duration(to: now)
    return TakeoverDecision.Fencing(
      dead: dead.term, silence: silence, schedules: schedules(of: member, takers),
      executions: mayAdopt ? Dealing.order(takers.map { ($0.term, $0.weight) }) : [],
      reason:
        "\(dead.term) said nothing for \(silence.milliseconds) ms and is considered dead after "
        + "\(timing.dead.milliseconds) ms.")
  }

  private func schedules(
    of dead: MemberID, _ takers: [MemberStanding]
  ) -> TakeoverDecision.ScheduleShares {
    guard settings.schedules.refusal(for: dead) == nil else { return .stay }
    guard settings.schedules.policy == .remoteExecution, let candidates else {
      return .deal([nil: Self.order(takers)])
    }
    return .deal(
      candidates(dead, takers).mapValues { allowed in
        Self.order(takers.filter { allowed.contains($0.term.member) })
      })
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
