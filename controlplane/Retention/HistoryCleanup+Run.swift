import Cluster
import Logging
import Model
import Store

extension HistoryCleanup {
  /// The run is another term's by now.
  private struct LostRun: Error {}

  /// Marks portion after portion, each in a transaction that names the run, and removes what it marked.
  func carryOut(_ run: CleanupRun, _ policy: CleanupPolicy) async throws {
    do {
      let cutoff = policy.cutoff(at: time.now())
      var remaining = try await decide(run, policy, cutoff)
      var deleted = run.deleted
      while remaining > 0, terms.held == run.term {
        let marked = try await mark(run, remaining, deleted, cutoff)
        guard !marked.isEmpty else { break }
        remaining -= Int64(marked.count)
        deleted += Int64(marked.count)
        try await remove(marked)
        try await clock.sleep(for: Self.breath)
      }
      guard terms.held == run.term else { return }
      try await finish(run, deleted, policy)
    } catch is LostRun {
      logger.info(
        "Another member cleans up the history", metadata: ["project": "\(run.project)"])
    }
  }

  /// How many executions the run may still mark; decided once, by who began it.
  private func decide(
    _ run: CleanupRun, _ policy: CleanupPolicy, _ cutoff: Instant
  ) async throws -> Int64 {
    if let remaining = run.remaining { return remaining }
    let total = try await store.ask.executionHistory.count(
      ExecutionHistoryQuery(projects: [run.project]))
    let old = try await store.ask.cleanups.countOld(
      run.project, before: cutoff, limit: policy.batch)
    let count = CleanupDecider.count(policy, total: total, old: old)
    guard try await store.ask.cleanups.note(run, remaining: count, deleted: 0) else {
      throw LostRun()
    }
    return count
  }

  private func mark(
    _ run: CleanupRun, _ remaining: Int64, _ deleted: Int64, _ cutoff: Instant
  ) async throws -> [ExecutionID] {
    try await store.transaction { scope in
      let old = try await scope.removable(
        of: run.project, before: cutoff, limit: Int(min(remaining, Self.portion)))
      let marked = try await scope.markForRemoval(old)
      let count = Int64(marked.count)
      guard
        try await scope.cleanups.note(
          run, remaining: remaining - count, deleted: deleted + count)
      else { throw LostRun() }
      return marked
    }
  }

  /// A storage that is away stops nothing: what is marked is gone for everybody, and the sweep does the rest.
  private func remove(_ marked: [ExecutionID]) async throws {
    do {
      try await removal.finish(marked)
    } catch let error as CancellationError {
      throw error
    } catch {
      logger.warning(
        "Stored logs of deleted executions could not be removed yet",
        metadata: ["executions": "\(marked.count)", "error": "\(error)"])
    }
  }

  private func finish(_ run: CleanupRun, _ deleted: Int64, _ policy: CleanupPolicy) async throws {
    let reason =
      "\(deleted) executions were deleted that ended more than \(policy.days) days ago; at least "
      + "\(policy.minimum) of the project stay, and one run deletes at most \(policy.batch)."
    try await store.transaction { scope in
      guard
        try await scope.cleanups.note(run, remaining: 0, deleted: deleted, isFinished: true)
      else { throw LostRun() }
      try await scope.decisions.add(
        Decision(
          kind: .cleanup, member: run.term.member, project: run.project, reason: reason))
    }
    logger.info(
      "Old executions were deleted",
      metadata: ["project": "\(run.project)", "executions": "\(deleted)"])
  }
}
