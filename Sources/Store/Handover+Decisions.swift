import Database
import Model

extension Handover {
  /// Remembers the end of the term, who got how many schedules of each project, and who got each execution.
  func remember(
    _ shares: [Share], _ executions: [HandedExecution], _ at: Instant
  ) async throws(StoreError) {
    let decisions =
      [ended(shares, executions)] + shares.map(decision) + executions.map(decision)
    for part in decisions.parts(of: ValueList.longest) {
      try await scope.decisions.add(Array(part))
    }
  }

  private func ended(_ shares: [Share], _ executions: [HandedExecution]) -> Decision {
    let schedules = shares.reduce(0) { $0 + $1.count }
    let goods = "it owned \(schedules) schedules and \(executions.count) executions"
    return switch kind {
    case .death(let silence):
      Decision(
        kind: .fence, member: by.member, subject: from.member,
        reason: "The term \(from) was ended: no heartbeat for more than \(silence); \(goods)")
    case .departure:
      Decision(
        kind: .handover, member: by.member, subject: from.member,
        reason: "The member \(from) hands over and leaves: \(goods)")
    }
  }

  private var cause: String {
    switch kind {
    case .death: "the member \(from) died"
    case .departure: "the member \(from) leaves"
    }
  }

  private func decision(_ share: Share) -> Decision {
    let heir =
      share.owner.map { "to the member \($0)" } ?? "to nobody, because no member may take them"
    return Decision(
      kind: .takeover, member: by.member, subject: share.owner, project: share.project,
      reason: "\(share.count) schedules of the project went \(heir): \(cause)")
  }

  private func decision(_ handed: HandedExecution) -> Decision {
    let fate = handed.mustEnd ? "is to be ended by" : "is carried on by"
    return Decision(
      kind: handed.mustEnd ? .incomplete : .adoption, member: by.member,
      subject: handed.owner.term.member, job: handed.job, execution: handed.owner.execution,
      project: handed.project,
      reason: "The execution \(fate) \(handed.owner.term), epoch \(handed.owner.epoch): \(cause)")
  }
}
