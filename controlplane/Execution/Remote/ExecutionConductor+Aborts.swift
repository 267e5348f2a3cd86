import Cluster
import Logging
public import Model
import Store

// Ends that somebody asks for, on whichever member.

extension ExecutionConductor {
  public func abort(
    _ id: ExecutionID, by user: String
  ) async throws(AbortError) -> AbortAnswer {
    let before = try await find(id)
    guard !before.status.isFinal else { return AbortAnswer(alreadyEnded: before) }
    guard terms.held != nil else { throw .unavailable(Self.termEnded) }
    if carried[id] != nil {
      let state = try await ask { .abort(id, user: user, $0) }
      // A kill that is on its way is answered with what it is to end, however fast it was.
      if state == .pending { return AbortAnswer(state, execution: before) }
      let after = try await find(id)
      if state == .aborted { return AbortAnswer(state, execution: after) }
      if after.status.isFinal { return AbortAnswer(alreadyEnded: after) }
    }
    return try await abortElsewhere(before, by: user)
  }

  public func endIncomplete(
    _ id: ExecutionID, by user: String
  ) async throws(AbortError) -> AbortAnswer {
    let before = try await find(id)
    guard !before.status.isFinal else { return AbortAnswer(alreadyEnded: before) }
    guard terms.held != nil else { throw .unavailable(Self.termEnded) }
    if carried[id] != nil, try await ask({ .endIncomplete(id, user: user, $0) }) != .failed {
      return AbortAnswer(.aborted, execution: try await find(id))
    }
    let reason = ForcedEnd.reason(askedBy: user)
    if try await endUnbegun(before, .incomplete, because: reason, by: user) {
      return AbortAnswer(.aborted, execution: try await find(id))
    }
    guard try await takeAndEndIncomplete(id, by: user) else {
      return AbortAnswer(alreadyEnded: try await find(id))
    }
    // Whoever carried it finds that it does not any more.
    commands.announceAbort(of: id)
    return AbortAnswer(.aborted, execution: try await find(id))
  }

  /// Asks the member that carries the execution, or is going to, to end it: it is told, and if it does
  /// not hear it finds the request in the store.
  private func abortElsewhere(
    _ record: ExecutionRecord, by user: String
  ) async throws(AbortError) -> AbortAnswer {
    let reason = "Aborted by \(user) before it began"
    if try await endUnbegun(record, .aborted, because: reason, by: user) {
      return AbortAnswer(.aborted, execution: try await find(record.id))
    }
    let request = ExecutionWrite.requestAbort(record.id, by: user, at: timing.now())
    guard try await write(request) else {
      return AbortAnswer(alreadyEnded: try await find(record.id))
    }
    commands.announceAbort(of: record.id)
    return AbortAnswer(.pending, execution: record)
  }

  /// Ends an execution that nobody has begun. False when it has begun or ended.
  private func endUnbegun(
    _ record: ExecutionRecord, _ status: ExecutionStatus, because reason: String, by user: String
  ) async throws(AbortError) -> Bool {
    guard record.status == .queued || record.status == .scheduled else { return false }
    let end = ExecutionWrite.endUnbegun(
      record.id, status, reason: reason, askedBy: user, at: timing.now(), by: term)
    guard try await write(end, .notifyUnplanned(of: record.id)) else { return false }
    endings.ended([record.id])
    log.committed(grown: [], ended: [record.id])
    commands.announceAbort(of: record.id)
    return true
  }

  /// Whether the first of the writes changed something.
  private func write(_ writes: ExecutionWrite...) async throws(AbortError) -> Bool {
    do throws(StoreError) {
      return try await store.commit(writes)[0].rows > 0
    } catch {
      throw AbortError(error)
    }
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
}

extension AbortAnswer {
  init(alreadyEnded execution: ExecutionRecord) {
    self.init(.failed, reason: "The execution is not running", execution: execution)
  }
}
