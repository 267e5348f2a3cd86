import Model
import Store

/// The state document of an execution: what each step did on each node, in the execution's own workflow and in
/// those within it.
struct StateBody {
  let execution: ExecutionRecord
  let plan: ExecutionPlan?
  let states: WorkflowStates
  /// The node of the member, for an execution that does not say its own.
  let serverNode: String

  func json() -> JSON {
    let section = WorkflowSection(
      plan: plan ?? ExecutionPlan(nodes: [], steps: []), prefix: "", states: states,
      isOver: execution.status.isFinal, absentAt: execution.endedAt ?? execution.createdAt)
    let updated = states.rows.values.map(\.updatedAt).max() ?? execution.createdAt
    var body: JSON = [
      "executionId": .integer(execution.id.number),
      "executionState": .text(Self.state(of: execution.status).rawValue),
      "completed": .boolean(execution.status.isFinal),
      "startTime": .optional((execution.startedAt ?? execution.createdAt).iso8601),
      "updateTime": .text(max(updated, execution.endedAt ?? updated).iso8601),
    ]
    body.add("endTime", execution.endedAt.map { .text($0.iso8601) })
    body.add("serverNode", .text(execution.serverNode ?? serverNode))
    section.add(to: &body)
    body.add("nodes", section.indicators)
    return body
  }

  /// The state of the whole, which knows fewer states than its steps.
  static func state(of status: ExecutionStatus) -> StepState {
    switch status {
    case .queued, .scheduled: .waiting
    case .running: .running
    case .succeeded: .succeeded
    case .aborted, .timedout: .aborted
    case .failed, .incomplete, .failedWithRetry, .other: .failed
    }
  }
}

/// Sums up what a step did on its nodes.
enum StepSummary {
  static func state(of nodes: [StepState]) -> StepState {
    guard let first = nodes.first else { return .waiting }
    let kinds = Set(nodes)
    if kinds.count == 1 { return first }
    if kinds.contains(.runningHandler) { return .runningHandler }
    if kinds.contains(where: { !$0.isFinal }) { return .running }
    if kinds.contains(.succeeded) && kinds.contains(.failed) { return .nodePartialSucceeded }
    return .nodeMixed
  }
}
