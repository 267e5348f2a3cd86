public import Model
public import Store

// Ends that somebody asks for, and waiting for ends.

extension ExecutionConductor {
  public func abort(
    _ id: ExecutionID, by user: String
  ) async throws(AbortError) -> AbortAnswer {
    let before = try await find(id)
    guard !before.status.isFinal else { return AbortAnswer(alreadyEnded: before) }
    guard before.owner?.member == term.member else {
      return AbortAnswer(
        .failed, execution: before, carriedBy: before.owner?.member.text ?? "no member")
    }
    let state = try await ask { .abort(id, user: user, $0) }
    // A kill that is on its way is answered with what it is to end, however fast it was.
    if state == .pending { return AbortAnswer(state, execution: before) }
    let after = try await find(id)
    return state == .failed
      ? AbortAnswer(alreadyEnded: after) : AbortAnswer(state, execution: after)
  }

  public func endIncomplete(
    _ id: ExecutionID, by user: String
  ) async throws(AbortError) -> AbortAnswer {
    let before = try await find(id)
    guard !before.status.isFinal else { return AbortAnswer(alreadyEnded: before) }
    if carried[id] != nil, try await ask({ .endIncomplete(id, user: user, $0) }) != .failed {
      return AbortAnswer(.aborted, execution: try await find(id))
    }
    guard try await takeAndEndIncomplete(id, by: user) else {
      return AbortAnswer(alreadyEnded: try await find(id))
    }
    return AbortAnswer(.aborted, execution: try await find(id))
  }

  private func ask(
    _ input: (Answer<AbortAnswer.State, AbortError>) -> ConductorInput
  ) async throws(AbortError) -> AbortAnswer.State {
    let answer = Answer<AbortAnswer.State, AbortError>()
    guard inbox.put([input(answer)]) else { throw .unavailable(Self.stopping) }
    return try await answer.wait(
      within: timing.answerWithin, on: timing.clock,
      late: .unavailable(
        "the database did not take the request in time; it may still be carried out"))
  }

  private func find(_ id: ExecutionID) async throws(AbortError) -> ExecutionRecord {
    do throws(StoreError) {
      if let record = try await store.ask.executions.find(id) { return record }
    } catch {
      throw AbortError(error)
    }
    throw .noExecution(id)
  }

  /// Works for executions that this member carries; the end of others' is not signalled yet.
  public nonisolated func waitUntilEnded(_ id: ExecutionID) async throws -> ExecutionRecord? {
    let ending = endings.ending(of: id)
    let record = try await store.ask.executions.find(id)
    guard let record, !record.status.isFinal else { return record }
    for await _ in ending {}
    try Task.checkCancellation()
    return try await store.ask.executions.find(id)
  }
}

extension AbortAnswer {
  init(alreadyEnded execution: ExecutionRecord) {
    self.init(.failed, reason: "The execution is not running", execution: execution)
  }

  init(_ state: State, execution: ExecutionRecord, carriedBy member: String) {
    self.init(
      state, reason: "The execution is carried by \(member)", execution: execution)
  }
}
