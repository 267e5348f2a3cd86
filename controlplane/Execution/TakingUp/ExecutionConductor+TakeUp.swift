import Logging
import Model
import Store

// What the store says that this term owns and nobody carries — after a restart, a takeover, a drain of
// another member, or a term that was cut off for a while — is taken up, one and the same way.

extension ExecutionConductor {
  /// Takes up everything there is. `insisting`: waits as long as the database is away; else the next look
  /// is good enough.
  func takeUpAll(insisting: Bool) async {
    var pause = timing.retryPauses.lowerBound
    while mayAct {
      do throws(StoreError) {
        return try await takeUpOwned()
      } catch {
        logger.warning("Executions could not be taken up", metadata: ["error": "\(error)"])
        guard insisting, error.isRetryable else { return }
      }
      guard (try? await timing.clock.sleep(for: pause)) != nil else { return }
      pause = min(pause * 2, timing.retryPauses.upperBound)
    }
  }

  /// How many are taken up in one go.
  private static let portion = 64

  private func takeUpOwned() async throws(StoreError) {
    guard let term = served, !isDraining else { return }
    let owned = try await store.ask.executions.unfinished(of: term.member).filter { owner in
      carried[owner.execution] == nil && !leftAlone.contains(owner.execution)
        && owner.term.incarnation <= term.incarnation
    }
    for start in stride(from: 0, to: owned.count, by: Self.portion) {
      guard mayAct else { return }
      let part = owned[start..<min(start + Self.portion, owned.count)]
      try await carryOn(try await adopt(part, by: term))
    }
  }

  /// Makes those this term's own that an earlier incarnation has, or that this term had before it was
  /// cut off: with the next epoch, so that no commit of then can take effect any more.
  private func adopt(
    _ owned: ArraySlice<Ownership>, by term: Term
  ) async throws(StoreError) -> [Ownership] {
    let isNew: (Ownership) -> Bool = { $0.term == term && !self.former.contains(term) }
    let others = owned.filter { !isNew($0) }
    guard !others.isEmpty else { return Array(owned) }
    let present = others.map {
      Ownership(execution: $0.execution, term: term, epoch: $0.epoch.next)
    }
    // First all executions, then their assignments: the order in which everybody locks rows.
    let answers = try await store.commit(
      others.map { .adopt(from: $0, by: term) } + present.map { .raiseEpoch(by: $0) })
    let adopted = zip(present, answers).filter { $1.rows == 1 }.map(\.0)
    try await store.ask.decisions.add(adopted.map(Decision.init(restarted:)))
    return owned.filter(isNew) + adopted
  }

  private func carryOn(_ owners: [Ownership]) async throws(StoreError) {
    let found = await store.unfinished(owners)
    for (owner, result) in zip(owners, found) where carried[owner.execution] == nil {
      guard mayAct else { return }
      switch result {
      case .success(let stored?): try await carryOn(stored)
      case .success(nil): continue
      case .failure(let error) where error.isRetryable: throw error
      case .failure(let error): try await cannotGoOn(owner, because: error)
      }
    }
  }

  private func carryOn(_ stored: UnfinishedExecution) async throws(StoreError) {
    let id = stored.owner.execution
    guard !stored.record.status.isFinal else { return }
    if let reason = stored.record.endReason {
      return try await end(stored.owner, because: reason)
    }
    do {
      let execution = try CarriedExecution(adopting: stored, sealer: sealer)
      carried[id] = execution
      endings.carried.insert([id])
      if execution.isScheduled, let instant = stored.record.dueAt {
        alarms.set(id, at: instant)
      }
      logger.notice(
        "Took up an execution",
        metadata: ["execution": "\(id)", "epoch": "\(stored.owner.epoch)"])
    } catch {
      return try await cannotGoOn(stored.owner, because: error)
    }
    // It comes before everything else that is decided about the execution.
    if let user = stored.unheardAbort { _ = inbox.put([.abort(id, user: user, Answer())]) }
    await reattach(stored)
  }

  /// What cannot be taken up ends as incomplete, with the reason: nobody would ever end it.
  private func cannotGoOn(
    _ owner: Ownership, because error: any Error
  ) async throws(StoreError) {
    let reason = "The execution could not be taken up: \(error)"
    try await end(owner, because: reason)
    try await store.ask.decisions.add(
      Decision(
        kind: .incomplete, member: owner.term.member, subject: owner.term.member,
        execution: owner.execution, reason: reason))
  }

  private func end(_ owner: Ownership, because reason: String) async throws(StoreError) {
    logger.error(
      "An execution ends as incomplete",
      metadata: ["execution": "\(owner.execution)", "reason": "\(reason)"])
    leftAlone.insert(owner.execution)
    do throws(StoreError) {
      _ = try await endIncomplete(owner, because: reason)
    } catch {
      if error.isRetryable { leftAlone.remove(owner.execution) }
      throw error
    }
  }
}

extension Decision {
  /// A member takes up what it had in an earlier term of its own.
  fileprivate init(restarted owner: Ownership) {
    self.init(
      kind: .adoption, member: owner.term.member, subject: owner.term.member,
      execution: owner.execution,
      reason: "The execution is carried on by \(owner.term), epoch \(owner.epoch): "
        + "the member itself had it in an earlier term")
  }
}
