import Database
import Model

/// One hand-over within its transaction. Its locks come in the order of all: members by UUID, then
/// schedules by job, executions by number, assignments by number.
struct Handover {
  enum Kind {
    /// The member has been silent for so long.
    case death(Duration)
    case departure
  }

  let scope: StoreScope
  let from: Term
  /// Who acts.
  let by: Term
  let plan: HandoverPlan
  let kind: Kind

  func run() async throws(StoreError) -> HandoverResult? {
    // The rows of 100,000 schedules are sorted in some 20 MiB.
    try await scope.batch(
      [
        scope.dialect.limitLockWaits(to: Store.handoverPatience),
        scope.dialect.sortInMemory(mebibytes: 64),
      ].compactMap { $0 })
    let present = try await lockMembers()
    guard let at = try await endTerm() else { return nil }
    let loss = plan.loss(in: present)
    if case .death = kind, loss.isAny { throw heirsAreGone }
    let plan = plan.limited(to: present)
    let schedules = loss.schedules ? [] : try await deal(schedules: plan, at: at)
    let executions = loss.executions ? [] : try await deal(executions: plan)
    try await remember(schedules, executions, at)
    try await announce(executions)
    return HandoverResult(
      at: at, schedules: schedules.reduce(into: [:]) { $0[$1.owner, default: 0] += $1.count },
      executions: executions)
  }

  /// The plan was made for other members than there are: whoever asks again decides anew.
  private var heirsAreGone: StoreError {
    .database(
      DatabaseError(
        code: .conflict, message: "nobody is left of those that were to take over from \(from)"))
  }

  /// The present terms of all members in the plan; one that ended, left or drains is not among them.
  private func lockMembers() async throws(StoreError) -> [MemberID: Term] {
    let members = plan.heirs.union([from.member, by.member]).sorted { $0.text < $1.text }
    let dialect = scope.dialect
    let answers = try await scope.batch(
      members.map { member in
        let strength = member == from.member ? dialect.forUpdate : dialect.forKeyShare
        return Statement(
          """
          SELECT uuid, incarnation, draining FROM member
          WHERE uuid = $1 AND fenced_at IS NULL AND left_at IS NULL \(strength)
          """, [.text(member.text)])
      })
    var present: [MemberID: Term] = [:]
    var actor: Term?
    for row in answers.flatMap(\.rows) {
      let member = MemberID(try row.text("uuid"))
      let term = Term(member: member, incarnation: try row.int("incarnation"))
      if member == by.member { actor = term }
      if member != from.member, try !row.bool("draining") { present[member] = term }
    }
    guard actor == by else { throw .staleTerm(subject: "the hand-over of \(from)", term: by) }
    return present
  }

  /// The present time of the database, once the term is ended if it is to be; nil when it may not be.
  private func endTerm() async throws(StoreError) -> Instant? {
    let now = scope.dialect.now
    let answer =
      switch kind {
      case .departure:
        try await scope.run(
          "SELECT \(now) AS at FROM member WHERE \(Term.condition)", from.arguments)
      case .death(let silence):
        try await scope.run(
          """
          UPDATE member SET fenced_at = \(now), fenced_by = $4
          WHERE uuid = $1 AND incarnation = $2 AND fenced_at IS NULL AND heartbeat_at <= \(now) - $3
          RETURNING fenced_at AS at
          """, from.arguments + [.integer(silence.microseconds), .text(by.member.text)])
      }
    return try answer.rows.first?.instant("at")
  }

  private func announce(_ executions: [HandedExecution]) async throws(StoreError) {
    let heirs = Set(executions.map(\.owner.term.member)).sorted { $0.text < $1.text }
    try await scope.announce(
      [.membersChanged, .schedulesChanged([])] + heirs.map { .executionsHanded(to: $0) })
  }
}
