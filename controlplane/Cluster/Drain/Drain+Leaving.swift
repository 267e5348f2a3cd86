import Logging
import Model
import Store

extension Drain {
  /// Marks the member, so that nobody gives it anything more, and says why.
  nonisolated func mark(_ term: Term, _ cause: String) async throws {
    let session = session
    try await store.transaction { scope in
      guard try await scope.members.setDraining(term, true) else {
        throw StoreError.staleTerm(subject: "the drain", term: term)
      }
      try await scope.decisions.add(
        Decision(
          kind: .drain, member: term.member, subject: term.member,
          reason: "The member \(term) drains: \(cause)."))
      try await scope.announce([.membersChanged], from: session)
    }
    logger.notice("The member drains", metadata: ["term": "\(term)", "cause": "\(cause)"])
  }

  /// The other members that may be given something.
  nonisolated func survivors(of term: Term) async throws -> [MemberStanding] {
    let records = try await store.ask.members.all()
    let modes = try await store.ask.executionModes.all()
    let now = databaseTime.now()
    return records.filter { $0.id != term.member }
      .map { MemberStanding($0, mode: modes[$0.id] ?? .active) }
      .filter { $0.isSurvivor(at: now, timing: timing) }
  }

  /// Hands over and ends the term. Without other members everything stays with this one, for when it is back.
  nonisolated func leave(_ term: Term, _ survivors: [MemberStanding]) async throws -> DrainResult {
    var handed: HandoverResult?
    if !survivors.isEmpty {
      let plan = HandoverPlan(
        schedules: [nil: Dealing.order(survivors.map { ($0.term.member, $0.weight) })],
        executions: Dealing.order(survivors.map { ($0.term, $0.weight) }))
      do {
        handed = try await store.handOver(from: term, plan: plan)
      } catch {
        throw DrainError.failed(step: "handing over", error)
      }
    }
    await end(term)
    let result = DrainResult(
      term: term, schedules: handed?.schedules.values.reduce(0, +) ?? 0,
      executions: handed?.executions.count ?? 0)
    logger.notice(
      "The member has drained",
      metadata: [
        "term": "\(term)", "schedules": "\(result.schedules)", "executions": "\(result.executions)",
      ])
    return result
  }

  /// Once things are handed over the term is ended, even if the database cannot be told: then others end it.
  private nonisolated func end(_ term: Term) async {
    do {
      try await store.ask.members.markLeft(term)
      try await store.announce([.membersChanged], from: session)
    } catch {
      logger.warning(
        "The database could not be told that the member left",
        metadata: ["term": "\(term)", "error": "\(error)"])
    }
    terms.ended(term)
  }

  /// Undoes what `prepare` did.
  nonisolated func giveUp(_ term: Term, _ error: any Error) async {
    logger.error("The drain was given up", metadata: ["term": "\(term)", "error": "\(error)"])
    do {
      try await store.ask.members.setDraining(term, false)
      try await store.ask.decisions.add(
        Decision(
          kind: .drain, member: term.member, subject: term.member,
          reason: "The member \(term) goes on: \(error)."))
      try await store.announce([.membersChanged], from: session)
    } catch {
      logger.warning(
        "The database could not be told that the drain was given up",
        metadata: ["term": "\(term)", "error": "\(error)"])
    }
    await steps.resume()
  }
}
