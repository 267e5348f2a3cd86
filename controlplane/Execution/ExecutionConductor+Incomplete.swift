import Cluster
import Logging
import Model
import Store

// Executions that end although nobody decides about them: damaged ones, and those that nobody carries.

extension ExecutionConductor {
  /// Takes an execution from whoever has it, dead or alive, and ends it as incomplete. The new epoch
  /// keeps the former owner from writing anything more. False when it has ended or changed hands.
  func takeAndEndIncomplete(_ id: ExecutionID, by user: String) async throws(AbortError) -> Bool {
    guard let term = terms.held else { throw .unavailable(Self.termEnded) }
    do throws(StoreError) {
      guard let record = try await store.ask.executions.find(id), let owner = record.owner else {
        return false
      }
      let former = Ownership(execution: id, term: owner, epoch: record.epoch)
      return try await endIncomplete(
        Ownership(execution: id, term: term, epoch: record.epoch.next),
        because: ForcedEnd.reason(askedBy: user), takingFrom: former, askedBy: user)
    } catch {
      throw AbortError(error)
    }
  }

  /// Ends an execution that `owner` has from now on, and tells its agents to end what runs. False when
  /// it has another owner.
  func endIncomplete(
    _ owner: Ownership, because reason: String, takingFrom former: Ownership? = nil,
    askedBy user: String? = nil
  ) async throws(StoreError) -> Bool {
    let now = timing.now()
    var writes: [ExecutionWrite] = [.lock(former ?? owner)]
    if let former { writes += [.adopt(from: former, by: owner.term), .raiseEpoch(by: owner)] }
    if let user { writes.append(.requestAbort(by: user, at: now, of: owner)) }
    writes.append(.requestKills(at: now, by: owner))
    writes.append(.closeStates(reason: ForcedEnd.stepReason, at: now, by: owner))
    writes.append(.end(.incomplete, reason: reason, at: now, by: owner))
    writes.append(.notifyUnplanned(of: owner.execution))
    guard try await store.commit(writes).dropLast().last?.rows == 1 else { return false }
    await say(reason, of: owner.execution, at: now)
    endings.ended([owner.execution])
    log.committed(grown: [], ended: [owner.execution])
    await killOpen(of: owner)
    return true
  }

  func say(_ reason: String, of id: ExecutionID, at instant: Instant) async {
    do {
      try await store.commit(log.writes(for: [ForcedEnd.line(id, reason, at: instant)]))
    } catch {
      logger.warning(
        "A line was not stored", metadata: ["execution": "\(id)", "error": "\(error)"])
    }
  }

  /// The kills are stored; an agent that cannot be reached now gets them when it connects.
  private func killOpen(of owner: Ownership) async {
    do {
      for assignment in try await store.ask.assignments.all(of: owner.execution)
      where assignment.state != .ended {
        _ = await commands.kill(
          assignment.id, of: owner.execution, epoch: owner.epoch, grace: timing.killGrace,
          on: assignment.agent)
      }
    } catch {
      logger.warning(
        "Kills wait for the agents to connect",
        metadata: ["execution": "\(owner.execution)", "error": "\(error)"])
    }
  }
}
