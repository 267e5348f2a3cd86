import Model
import Notifications
import Store
import WorkflowEngine

extension CarriedExecution {
  /// Puts what the job wants told of this transition into the outbox, in the same commit.
  func notify(in transition: inout Transition) throws(StoreError) {
    guard job.kept["notification"] != nil else { return }
    let before = transition.writes.count
    if transition.isBeginning {
      // Whether it takes longer than it should is found out by whoever delivers that notification.
      transition.writes += try NotificationPlan.writes(
        for: [.start, .averageDuration], of: job, status: .running, by: ownership)
    }
    if let verdict = transition.verdict, let event = NotificationEvent(end: verdict.status) {
      transition.writes += try NotificationPlan.writes(
        for: [event], of: job, status: verdict.status, customStatus: verdict.customStatus,
        by: ownership)
    }
    transition.notifies = transition.notifies || transition.writes.count > before
  }
}

extension Transition {
  /// Whether the execution begins to run with it, on this member.
  fileprivate var isBeginning: Bool {
    if let launch {
      if case .here = launch.run.start { return true }
      return false
    }
    return switch beginning {
    case .claim, .due: true
    case .leave, nil: false
    }
  }
}
