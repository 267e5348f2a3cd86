import Logging
import Model
import Store

extension ExecutionConductor {
  /// What became of a commit.
  enum Persisted {
    case committed([ExecutionWriteAnswer])
    /// The engine will not take it however often it is tried.
    case refused(StoreError)
    /// It failed, and the caller wants to change it before the next try.
    case interrupted
    /// The member is stopping, or its term has ended: then it may not write any more.
    case stopped
  }

  /// Commits the writes, again and again with growing pauses while the database is away, full, or was in
  /// a conflict.
  ///
  /// A commit whose connection broke may have happened: every write here may be repeated.
  func persist(
    _ writes: [ExecutionWrite], interruptWhen wantsChange: () -> Bool = { false }
  ) async -> Persisted {
    var pauses = timing.retries
    var collisions = 0
    while true {
      guard mayAct else { return .stopped }
      do throws(StoreError) {
        return .committed(writes.isEmpty ? [] : try await store.commit(writes))
      } catch {
        if error.isUniqueViolation { collisions += 1 }
        guard error.mayPassInCommit, collisions < Self.collisionLimit else {
          return .refused(error)
        }
        logger.warning(
          "The ledger could not be written; trying again",
          metadata: ["error": "\(error)", "pause": "\(pauses.next)"])
      }
      guard await pauses.pass() else { return .stopped }
      if wantsChange() { return .interrupted }
    }
  }

  /// Two writers that append to one log collide now and then; what collides this often is damaged.
  private static let collisionLimit = 20

  /// Makes sure that so many numbers are at hand. False when the member is stopping or its term has ended.
  func ensureNumbers(executions: Int, assignments: Int) async -> Bool {
    guard !numbers.covers(executions: executions, assignments: assignments) else { return true }
    let refills = numbers.refills(executions: executions, assignments: assignments)
    let writes = refills.map { ExecutionWrite.take($1, of: $0) }
    guard case .committed(let answers) = await persist(writes) else { return false }
    add(refills, answers[...])
    return true
  }

  func add(
    _ refills: [(ExecutionWrite.Numbers, Int)], _ answers: ArraySlice<ExecutionWriteAnswer>
  ) {
    for ((kind, count), answer) in zip(refills, answers) {
      guard let last = answer.number else { continue }
      numbers.add(kind, count: count, last: last)
    }
  }
}
