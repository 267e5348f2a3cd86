import Logging
import Model
import Store

/// One look at the members after the other, with what is remembered between them.
struct TakeoverRound {
  private let takeover: Takeover
  private var decider: TakeoverDecider
  /// Terms that left and own nothing any more.
  private var empty: Set<Term> = []
  /// Dead terms of which it was said why nothing is taken from them.
  private var told: [Term: String] = [:]

  private var store: Store { takeover.store }
  private var logger: Logger { takeover.logger }

  init(_ takeover: Takeover) {
    self.takeover = takeover
    decider = TakeoverDecider(
      timing: takeover.timing, settings: takeover.settings, candidates: takeover.candidates)
  }

  /// Looks, acts, and answers how long to wait until the next look.
  mutating func act() async -> Duration {
    guard let own = takeover.terms.held, let since = takeover.terms.heldSince else { return .zero }
    do {
      let members = try await standings(own: own.member)
      let decision = decider.decide(
        members, own: own.member,
        at: TakeoverDecider.Moment(
          now: takeover.databaseTime.now(), monotonic: takeover.time.now, judgingSince: since))
      for dead in decision.leftAlone { await tell(dead, own) }
      for fencing in decision.fencings { await fence(fencing, own) }
      return decision.wakeAfter
    } catch {
      logger.debug("The members could not be looked at", metadata: ["error": "\(error)"])
      return takeover.timing.heartbeat
    }
  }

  /// The members as they are registered. Modes, and what those own that left, are asked for only when somebody may
  /// have to be taken from.
  private mutating func standings(own: MemberID) async throws(StoreError) -> [MemberStanding] {
    let records = try await store.ask.members.all()
    var members = records.map { MemberStanding($0, ownsNothing: empty.contains($0.term)) }
    let now = takeover.databaseTime.now()
    let isQuiet = members.allSatisfy {
      $0.isOver || $0.term.member == own
        || $0.heartbeatAt.duration(to: now) < takeover.timing.dead
    }
    if isQuiet { return members }
    try await findEmpty(&members)
    let modes = try await store.ask.executionModes.all()
    for index in members.indices {
      members[index].mode = modes[members[index].term.member] ?? .active
    }
    return members
  }

  private mutating func findEmpty(_ members: inout [MemberStanding]) async throws(StoreError) {
    guard members.contains(where: { $0.hasLeft && !$0.isOver }) else { return }
    let schedules = try await store.ask.schedules.counts()
    let executions = try await store.ask.executions.counts()
    for index in members.indices where members[index].hasLeft {
      let member = members[index].term.member
      guard schedules[member] ?? 0 == 0, executions[member] ?? 0 == 0 else { continue }
      members[index].ownsNothing = true
      empty.insert(members[index].term)
    }
  }

  private func fence(_ fencing: TakeoverDecision.Fencing, _ own: Term) async {
    guard takeover.terms.held == own else { return }
    let deadFor = takeover.timing.dead + takeover.settings.delay(for: fencing.dead.member)
    do {
      let result = try await store.fence(
        fencing.dead, deadFor: deadFor, plan: fencing.plan, by: own)
      guard let result else { return }
      logger.notice(
        "Ended the term of a dead member and gave away what it owned",
        metadata: [
          "term": "\(fencing.dead)", "silence": "\(fencing.silence.milliseconds) ms",
          "schedules": "\(result.schedules.values.reduce(0, +))",
          "executions": "\(result.executions.count)",
        ])
    } catch {
      logger.warning(
        "A dead member's term could not be ended; it is tried again",
        metadata: ["term": "\(fencing.dead)", "error": "\(error)"])
    }
  }

  /// Says once for each reason that nothing is taken from a dead member.
  private mutating func tell(_ dead: TakeoverDecision.LeftAlone, _ own: Term) async {
    guard told.updateValue(dead.reason, forKey: dead.dead) != dead.reason else { return }
    logger.warning("\(dead.reason)", metadata: ["term": "\(dead.dead)"])
    try? await store.ask.decisions.add(
      Decision(
        kind: .takeover, member: own.member, subject: dead.dead.member, reason: dead.reason))
  }
}
