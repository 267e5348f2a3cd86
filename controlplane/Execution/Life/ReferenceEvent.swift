import Model
import Notifications
import Store
import WorkflowEngine

/// Something that happened to a job which an execution runs as a reference, and of which the job wants notifications.
struct ReferenceEvent: Sendable {
  let event: NotificationEvent
  let cell: StepKey
  let workflow: CarriedWorkflow
  let status: ExecutionStatus

  /// Each notification is written once for its reference and event, whoever writes it.
  func writes(by owner: Ownership) throws(StoreError) -> [ExecutionWrite] {
    let job = workflow.job
    let reference = NotificationContent.Reference(
      job: workflow.jobID?.text ?? "", name: job.name, group: job.group,
      description: job.description, cell: cell, options: workflow.options)
    return try NotificationPlan.writes(
      for: event, of: job, as: reference, status: status, by: owner)
  }
}

extension CarriedExecution {
  /// Notes that something happened to the job that a cell runs as a reference, unless the reference ignores its
  /// notifications.
  func told(
    _ event: NotificationEvent, of key: StepKey, status: ExecutionStatus,
    transition: inout Transition
  ) {
    guard captured.references.contains(key.workflowBelow),
      let workflow = workflows[key.workflowBelow], workflow.job.kept["notification"] != nil,
      !ignoresNotifications(key)
    else { return }
    transition.ofReferences.append(
      ReferenceEvent(event: event, cell: key, workflow: workflow, status: status))
  }

  /// Notes that a referenced job began. Whether it takes longer than it should is found out by whoever delivers that
  /// notification.
  func tellBegin(of key: StepKey, transition: inout Transition) {
    for event in [NotificationEvent.start, .averageDuration] {
      told(event, of: key, status: .running, transition: &transition)
    }
  }

  /// Notes that the execution ends while these referenced jobs go on.
  func tellIncomplete(transition: inout Transition) {
    let open = pending.keys.filter { failures[$0] == nil }
    for key in open.sorted(by: { ($0.step, $0.node) < ($1.step, $1.node) }) {
      told(.failure, of: key, status: .incomplete, transition: &transition)
    }
  }

  /// Notes how a referenced job ended. A handler's end is not the job's.
  func tell(_ end: WorkflowMachine.Ended, transition: inout Transition) {
    guard failures[end.key] == nil, end.cell != .notStarted else { return }
    let status: ExecutionStatus =
      switch end.cell {
      case .succeeded: .succeeded
      case .aborted: machine.forcedVerdict?.status ?? .aborted
      default: .failed
      }
    told(
      status == .succeeded ? .success : .failure, of: end.key, status: status,
      transition: &transition)
  }

  private func ignoresNotifications(_ key: StepKey) -> Bool {
    guard let place = machine.place(of: key),
      let step = workflows[key.workflow]?.definition(place.index, isHandler: place.isHandler),
      case .reference(let reference)? = try? step.kind.meaning()
    else { return false }
    return reference.ignoresNotifications
  }
}
