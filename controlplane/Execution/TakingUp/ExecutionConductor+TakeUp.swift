import Logging
import Model
import Store

// What the store says that this term owns and nobody carries — after a restart, a takeover, a drain of
// another member, or a term that was cut off for a while — is taken up, one and the same way: a portion between
// two commits, so that whoever waits for a commit never waits for thousands.

extension ExecutionConductor {
  /// Begins to look through everything there is, and takes the first portion up. It goes on with each turn of the
  /// loop, waiting as long as the database is away.
  func takeUpEverything() async {
    takingUp.begin(insisting: true)
    await takeUpPortion()
  }

  /// Between two commits: looks whether there is anything when these inputs say so, and takes the next portion up
  /// when there is.
  func takeUp(askedBy inputs: [ConductorInput]) async {
    if inputs.contains(where: \.isTakingUp) { await lookForOwned() }
    if takingUp.isUnderWay { await takeUpPortion() }
  }

  /// What is owned is counted first: as long as it is what is carried, with what was left alone, nothing is read.
  private func lookForOwned() async {
    guard let term = served, mayAct, !isDraining else { return }
    guard !takingUp.isUnderWay else { return takingUp.begin(insisting: false) }
    do throws(StoreError) {
      let owned = try await store.ask.executions.unfinishedCount(of: term.member)
      if takingUp.isDue(uncarried: owned - carried.count) { takingUp.begin(insisting: false) }
    } catch {
      logger.warning("Executions could not be counted", metadata: ["error": "\(error)"])
    }
  }

  private func takeUpPortion() async {
    var pauses = timing.retries
    while mayAct, !isDraining {
      do throws(StoreError) {
        try await takeUpNext()
        if takingUp.isUnderWay { inbox.wakeReader() }
        return
      } catch {
        logger.warning("Executions could not be taken up", metadata: ["error": "\(error)"])
        // Else the next look is good enough.
        guard takingUp.isInsisting, error.isRetryable else { return takingUp.stop() }
      }
      guard await pauses.pass() else { return }
    }
  }

  private func takeUpNext() async throws(StoreError) {
    guard let term = served else { return }
    let page = try await store.ask.executions.unfinished(
      of: term.member, after: takingUp.last, limit: TakingUp.page)
    let missing = page.filter { owner in
      carried[owner.execution] == nil && !leftAlone.contains(owner.execution)
        && owner.term.incarnation <= term.incarnation
    }.prefix(TakingUp.portion)
    if !missing.isEmpty { try await carryOn(try await adopt(missing, by: term)) }
    try await dropGone(page)
    let isWhole = missing.count < TakingUp.portion
    let end = isWhole ? page.last?.execution : missing.last?.execution
    let seen = page.prefix { owner in end.map { owner.execution <= $0 } ?? false }
    takingUp.passed(
      seen.last?.execution, uncarried: seen.count { carried[$0.execution] == nil },
      isLast: isWhole && page.count < TakingUp.page)
  }

  /// Stops carrying what belongs between the page's rows, or behind the last of them, and is not there.
  private func dropGone(_ page: [Ownership]) async throws(StoreError) {
    let stored = Set(page.map(\.execution))
    let end = page.count < TakingUp.page ? nil : page.last?.execution
    let gone = carried.keys.filter { id in
      !stored.contains(id) && takingUp.last.map { id > $0 } ?? true && end.map { id <= $0 } ?? true
    }
    for id in gone.sorted() { try await drop(id) }
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
    let found = try await store.ask.executions.stored(owners.map(\.execution))
    for owner in owners where carried[owner.execution] == nil {
      guard mayAct else { return }
      switch found[owner.execution] {
      case .success(let stored)?: try await carryOn(UnfinishedExecution(owner, stored))
      case .failure(let error)?: try await cannotGoOn(owner, because: error)
      case nil: continue
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
      var execution = try CarriedExecution(adopting: stored, sealer: sealer)
      execution.files = try await optionFiles(of: execution.job, id)
      carried[id] = execution
      endings.carried.insert([id])
      if execution.isScheduled, let instant = stored.record.dueAt {
        alarms.set(id, at: instant)
      }
      logger.notice(
        "Took up an execution",
        metadata: ["execution": "\(id)", "epoch": "\(stored.owner.epoch)"])
    } catch let error as StoreError where error.isRetryable {
      throw error
    } catch {
      return try await cannotGoOn(stored.owner, because: error)
    }
    if let deadline = carried[id]?.deadline { timeLimits.set(id, at: deadline) }
    if stored.reachedLogLimit != nil { try await hearLogLimits(of: id) }
    // It comes before everything else that is decided about the execution.
    if let user = stored.unheardAbort { _ = inbox.put([.abort(id, user: user, Answer())]) }
    await reattach(stored)
  }

  /// Each node's limit is heard of again; what the log says of it already is not said twice.
  private func hearLogLimits(of id: ExecutionID) async throws(StoreError) {
    for limit in try await store.ask.executions.reachedLogLimits(of: [id]) {
      _ = inbox.put([.event(.logLimitReached(id, node: limit.node, at: limit.at))])
    }
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
