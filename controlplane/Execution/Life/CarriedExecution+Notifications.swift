import Model
import Notifications
import Store
import WorkflowEngine

extension CarriedExecution {
  /// Puts what the job wants told of this transition, and what referenced jobs want told, into the outbox, in the same
  /// commit.
  func notify(in transition: inout Transition) throws(StoreError) {
    let before = transition.writes.count
    try notifyOwn(in: &transition)
    for event in transition.ofReferences {
      transition.writes += try event.writes(by: ownership)
    }
    transition.notifies = transition.notifies || transition.writes.count > before
  }

  private func notifyOwn(in transition: inout Transition) throws(StoreError) {
    guard job.kept["notification"] != nil else { return }
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
