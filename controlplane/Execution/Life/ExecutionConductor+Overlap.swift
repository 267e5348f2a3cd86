import Cluster
import Logging
import Model
import Store

// Runs for which their job has no room: by its overlap policy they wait for their turn, are recorded as skipped, or end.

extension ExecutionConductor {
  /// A launch was stored as one that waits, or that was skipped: nobody carries it now.
  func postpone(_ transition: Transition) async {
    guard let launch = transition.launch, let draft = launch.overlapping,
      let record = try? draft.record()
    else { return }
    letGo(of: draft.id)
    noteLaunch(record)
    launch.answer.launched(record)
    for answer in transition.aborts { answer.give(.success(.failed)) }
    await note(record, launch.run.job.overlap)
  }

  /// Says that the execution waits, or why it never begins; and lets it in, should there be room by now.
  private func note(_ record: ExecutionRecord, _ overlap: JobOverlap) async {
    guard let job = record.jobID else { return }
    guard record.waitsFor != nil else {
      return await say(record.endReason ?? Overlap.skipped, of: record.id, at: timing.now())
    }
    do throws(StoreError) {
      let other = try await store.ask.executions.running(of: job)
      let reason = Overlap.waits(record.id, overlap, behind: other)
      await say(reason, of: record.id, at: timing.now())
      try await store.ask.decisions.add(
        Decision(
          kind: .overlap, member: term.member, job: job, execution: record.id,
          project: record.project, reason: reason))
    } catch {
      logger.warning("A decision was not recorded", metadata: ["error": "\(error)"])
    }
    Task { await letIn(of: job) }
  }

  /// The time of an execution has come for which its job has no room.
  func lacksRoom(_ stored: ExecutionRecord, _ owner: Ownership) async throws(StoreError) {
    guard mayAct else { return }
    guard let job = try? stored.job(), let id = stored.jobID,
      let limit = (try? RunLimit.of(job, options: stored.options)) ?? nil
    else { return try await end(owner, .failed, because: Overlap.notStarted) }
    switch job.overlap {
    case .fail: try await end(owner, .failed, because: Overlap.notStarted)
    case .skip:
      try await end(
        owner, .other, customStatus: ExecutionRecord.skipped, because: Overlap.skipped)
    case .queue, .replace:
      let line = ExecutionWrite.line(
        up: job.overlap.wait, in: JobRoom(id, limit: limit), waitingBelow: job.overlap.most ?? 0,
        by: owner)
      guard try await store.commit([.lock(job: id), .lock(owner), line])[2].rows == 1 else {
        return try await end(owner, .failed, because: Overlap.lineIsFull)
      }
      var waiting = stored
      waiting.waitsFor = job.overlap.wait
      await note(waiting, job.overlap)
    }
  }

  private func end(
    _ owner: Ownership, _ status: ExecutionStatus, customStatus: String? = nil,
    because reason: String
  ) async throws(StoreError) {
    let now = timing.now()
    let writes: [ExecutionWrite] = [
      .lock(owner),
      .end(status, customStatus: customStatus, reason: reason, at: now, by: owner),
      .notifyUnplanned(of: owner.execution),
    ]
    guard try await store.commit(writes)[1].rows == 1 else { return }
    await say(reason, of: owner.execution, at: now)
    endings.ended([owner.execution])
    log.committed(grown: [owner.execution], ended: [owner.execution])
  }
}
