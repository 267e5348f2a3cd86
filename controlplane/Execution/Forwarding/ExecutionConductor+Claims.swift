import Logging
import Model
import Store

// Executions that other members left to this one: planned here, with this member's own sidecar, and then
// claimed in a group commit like any other.

extension ExecutionConductor {
  /// Plans what this member was chosen for. A member that begins no runs has the choice made again.
  func claimQueued() async {
    do throws(StoreError) {
      let page = try await store.ask.executions.queued(
        for: term.member, after: claims.last, limit: ClaimPages.page)
      claims.passed(page.last?.id, isLast: page.count < ClaimPages.page)
      if page.count == ClaimPages.page { inbox.wakeReader() }
      let queued = page.filter { carried[$0.id] == nil && !leftAlone.contains($0.id) }
      guard !queued.isEmpty else { return }
      let facts = try await store.ask.executions.fireFacts(
        of: [], sidecar: planner.server.sidecar, on: term.member)
      guard facts.executionMode == .active, !isDraining else {
        // Once at once; where passive members choose each other, later choices wait for their time to claim.
        return try await chooseAgain(queued.filter { $0.choice <= 1 })
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
    let globals = try await store.ask.projects.globals(of: queued.map(\.project))
    let emails = try await store.ask.profiles.emails(of: queued.map(\.user))
    for record in queued {
      guard mayAct else { return }
      if let user = record.abortRequestedBy {
        _ = try await endUnclaimed(record.id, .aborted, "Aborted by \(user) before it began")
        continue
      }
      do {
        var claim = try PlannedClaim(
          record, planner: planner, sidecar: sidecar, nodes: nodes,
          globals: globals[record.project] ?? [:], userEmail: emails[record.user],
          seal: OptionSeal(sealer))
        claim.files = try await optionFiles(of: claim.job, record.id)
        _ = inbox.put([.claim(claim)])
      } catch let error as StoreError where error.isRetryable {
        throw error
      } catch {
        _ = try await endUnclaimed(
          record.id, .incomplete, "The member that was chosen cannot carry it: \(error)")
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

  /// Ends a queued execution that nobody has claimed. False when somebody has, or it has ended.
  func endUnclaimed(
    _ id: ExecutionID, _ status: ExecutionStatus, _ reason: String
  ) async throws(StoreError) -> Bool {
    guard let term = served, mayAct else { return false }
    let now = timing.now()
    let answer = try await store.commit([
      .endUnclaimed(id, status, reason: reason, at: now, by: term),
      .notifyUnplanned(of: id),
    ])
    guard answer[0].rows == 1 else { return false }
    if answer[1].rows > 0 { cluster.announceNotifications() }
    await say(reason, of: id, at: now)
    endings.ended([id])
    log.committed(grown: [id], ended: [id])
    return true
  }
}

extension PlannedClaim {
  /// Throws what keeps this member from carrying the execution: it is damaged, or sealed with another key.
  init(
    _ record: ExecutionRecord, planner: RunPlanner, sidecar: PlannedNode?, nodes: [PlannedNode],
    globals: [String: String], userEmail: String?, seal: OptionSeal
  ) throws {
    self.record = record
    job = try record.job()
    secureOptions = try seal.open(record.sealedOptions, for: record.id)
    let subject = RunPlanner.Subject(
      project: record.project, jobID: record.jobID, job: job, definition: record.definition,
      sidecar: sidecar, globals: globals, userEmail: userEmail)
    start = planner.start(
      subject, RunRequest(again: record, job), options: record.options, nodes: nodes)
  }
}
