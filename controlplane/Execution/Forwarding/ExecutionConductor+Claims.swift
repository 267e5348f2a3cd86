import Logging
import Model
import Store

// Executions that other members left to this one: planned here, with this member's own sidecar, and then
// claimed in a group commit like any other.

extension ExecutionConductor {
  /// Plans what this member was chosen for. A member that begins no runs has the choice made again.
  func claimQueued() async {
    do throws(StoreError) {
      let queued = try await store.ask.executions.queued(for: term.member)
        .filter { carried[$0.id] == nil && !leftAlone.contains($0.id) }
      guard !queued.isEmpty else { return }
      let facts = try await store.ask.executions.fireFacts(
        of: [], sidecar: planner.server.sidecar, on: term.member)
      guard facts.executionMode == .active, !isDraining else {
        // Once at once; where passive members choose each other, later choices wait for their time to claim.
        for record in queued where record.choice <= 1 { try await chooseAgain(record) }
        return
      }
      try await claim(queued, sidecar: facts.sidecar)
    } catch {
      logger.warning("Nothing could be claimed", metadata: ["error": "\(error)"])
    }
  }

  private func claim(
    _ queued: [ExecutionRecord], sidecar: PlannedNode?
  ) async throws(StoreError) {
    let nodes =
      queued.contains(where: needsNodes) ? try await store.ask.executions.launchNodes() : []
    for record in queued {
      guard mayAct else { return }
      if let user = record.abortRequestedBy {
        try await endUnclaimed(record, .aborted, "Aborted by \(user) before it began")
        continue
      }
      do {
        let claim = try PlannedClaim(
          record, planner: planner, sidecar: sidecar, nodes: nodes, seal: OptionSeal(sealer))
        _ = inbox.put([.claim(claim)])
      } catch {
        try await endUnclaimed(
          record, .incomplete, "The member that was chosen cannot carry it: \(error)")
      }
    }
  }

  /// Whether its plan depends on the enrolled agents. One that is damaged is found when it is planned.
  private func needsNodes(_ record: ExecutionRecord) -> Bool {
    guard let job = try? record.job() else { return false }
    let subject = RunPlanner.Subject(
      project: record.project, jobID: record.jobID, job: job, definition: record.definition,
      sidecar: nil)
    return planner.needsNodes(subject, RunRequest(again: record, job))
  }

  private func endUnclaimed(
    _ record: ExecutionRecord, _ status: ExecutionStatus, _ reason: String
  ) async throws(StoreError) {
    guard let term = served, mayAct else { return }
    let now = timing.now()
    let answer = try await store.commit([
      .endUnclaimed(record.id, status, reason: reason, at: now, by: term)
    ])
    guard answer[0].rows == 1 else { return }
    await say(reason, of: record.id, at: now)
    endings.ended([record.id])
    log.committed(grown: [record.id], ended: [record.id])
  }
}

extension PlannedClaim {
  /// Throws what keeps this member from carrying the execution: it is damaged, or sealed with another key.
  init(
    _ record: ExecutionRecord, planner: RunPlanner, sidecar: PlannedNode?, nodes: [PlannedNode],
    seal: OptionSeal
  ) throws {
    self.record = record
    job = try record.job()
    secureOptions = try seal.open(record.sealedOptions, for: record.id)
    let subject = RunPlanner.Subject(
      project: record.project, jobID: record.jobID, job: job, definition: record.definition,
      sidecar: sidecar)
    start = planner.start(subject, RunRequest(again: record, job), nodes: nodes)
  }
}
