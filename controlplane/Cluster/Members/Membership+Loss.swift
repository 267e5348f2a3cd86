import Logging
import Model
import Store

extension Membership {
  /// What to do about a term that the store calls ended: begin the next one, or throw.
  func lost(_ term: Term) async throws -> TermLoss {
    let record = try await registrationRow()
    let loss = TermLoss(
      of: term, incarnation: record?.incarnation, hasLeft: record?.leftAt != nil)
    switch loss {
    case .superseded: throw MembershipError.superseded(term, by: record)
    case .left: break
    case .ended: try await beginAnew(after: term, fencedBy: record?.fencedBy)
    }
    return loss
  }

  /// What the store says of this member, as soon as it says anything.
  private func registrationRow() async throws -> MemberRecord? {
    while true {
      do throws(StoreError) {
        return try await store.ask.members.find(facts.id)
      } catch {
        try await time.sleep(for: timing.heartbeat)
      }
    }
  }

  private func beginAnew(after term: Term, fencedBy fencer: MemberID?) async throws {
    logger.error(
      "The term was ended; everything it owned belongs to others now. Registering anew",
      metadata: ["term": "\(term)", "by": "\(fencer?.text ?? "nobody that is known")"])
    let registered = try await registerAgain()
    let next = registered.record.term
    databaseTime.note(
      registered.record.startedAt, sent: registered.sent, received: registered.received)
    terms.began(next, sent: registered.sent)
    logger.notice("A new term has begun", metadata: ["term": "\(next)"])
    try? await remember(next, after: term, fencer)
  }

  /// The first attempt comes within one heartbeat; the pauses double up to half a minute.
  private func registerAgain() async throws -> RegisteredMember {
    var pause = timing.heartbeat
    while true {
      try await time.sleep(for: pause * jitter(0...1))
      do {
        return try await registration.register(facts)
      } catch let error as StoreError {
        logger.warning("The registration was not stored", metadata: ["error": "\(error)"])
        pause = min(pause * 2, .seconds(30))
      }
    }
  }

  private func remember(_ next: Term, after term: Term, _ fencer: MemberID?) async throws {
    try await store.ask.decisions.add(
      Decision(
        kind: .registration, member: facts.id, subject: facts.id,
        reason:
          "\(term) was ended by \(fencer?.text ?? "somebody") and found out; it goes on as \(next)."
      ))
    try await store.announce([.membersChanged], from: facts.session)
  }
}
