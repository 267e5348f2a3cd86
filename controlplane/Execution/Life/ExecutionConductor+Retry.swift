import Cluster
import Model
import Store

// The next try of an execution that failed: it is in the store with the end of the one before, or neither is. One that
// begins at once is queued for this member, one with a delay is this member's and waits for its time; both are found
// and carried on by others when it dies.

extension ExecutionConductor {
  /// The same transition with its next try numbered and sealed.
  func numbered(_ transition: Transition) throws -> Transition {
    guard let wish = transition.retry, let term = served,
      let execution = carried[transition.ownership.execution]
    else { return transition }
    var transition = transition
    transition.next = try execution.retry(
      wish, as: numbers.nextExecution(), by: term, sealer: sealer, at: timing.now(), time.now())
    transition.nextFiles = Array(execution.files.keys)
    return transition
  }

  /// Begins the next try, or waits for its time, now that it is stored.
  func follow(_ next: ExecutionDraft, of execution: CarriedExecution?) {
    if let record = try? next.record() { noteLaunch(record) }
    guard next.status == .scheduled, let instant = next.dueAt, let execution, let term = served
    else {
      return tellChosen(term.member, of: next.id)
    }
    guard let waiting = try? CarriedExecution(waiting: next, of: execution, by: term) else {
      return
    }
    carried[next.id] = waiting
    endings.carried.insert([next.id])
    alarms.set(next.id, at: instant)
  }

  /// Somebody in line for the room of the execution that has ended may have it.
  func letNextIn(after ended: CarriedExecution?) {
    guard let ended, let job = ended.record.jobID, ended.job.overlap.waits else { return }
    Task { await letIn(of: job) }
  }
}
