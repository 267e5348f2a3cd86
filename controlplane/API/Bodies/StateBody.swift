import Model
import Store

/// The state document of an execution: what each step did on each node.
struct StateBody {
  let execution: ExecutionRecord
  let plan: ExecutionPlan?
  /// By step, and within a step by node.
  let states: [StepStateRecord]
  /// The node of the member, for an execution that does not say its own.
  let serverNode: String

  func json() -> JSON {
    let names = JSON.texts(plan?.nodes.map(\.name) ?? [])
    let updated = states.map(\.updatedAt).max() ?? execution.createdAt
    var body: JSON = [
      "executionId": .integer(execution.id.number),
      "executionState": .text(Self.state(of: execution.status).rawValue),
      "completed": .boolean(execution.status.isFinal),
      "startTime": .optional((execution.startedAt ?? execution.createdAt).iso8601),
      "updateTime": .text(max(updated, execution.endedAt ?? updated).iso8601),
    ]
    body.add("endTime", execution.endedAt.map { .text($0.iso8601) })
    body.add("serverNode", .text(execution.serverNode ?? serverNode))
    body.add("stepCount", .integer(Int64(plan?.steps.count ?? 0)))
    body.add("allNodes", names)
    body.add("targetNodes", names)
    body.add("nodes", nodes)
    let byStep = Dictionary(grouping: states, by: \.key.step)
    body.add(
      "steps",
      .array((plan?.steps ?? []).enumerated().map { step($1, $0, byStep[$1.step] ?? []) }))
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

  private var nodes: JSON {
    let byNode = Dictionary(grouping: states, by: \.key.node)
    return .object(
      (plan?.nodes ?? []).map { node in
        let own = byNode[node.name] ?? []
        return JSON.Member(
          key: node.name,
          value: .array(
            own.map { ["executionState": .text($0.state.rawValue), "stepctx": .text($0.key.step)] })
        )
      })
  }

  private func step(_ step: PlannedStep, _ index: Int, _ own: [StepStateRecord]) -> JSON {
    var body: JSON = [
      "id": .text(String(step.step.split(separator: "/").last ?? "\(index + 1)")),
      "stepctx": .text(step.step), "nodeStep": .boolean(step.isNodeStep),
      "executionState": .text(StepSummary.state(of: own.map(\.state)).rawValue),
    ]
    let isOver = own.allSatisfy { $0.state.isFinal }
    let ended = isOver ? own.compactMap(\.endedAt).max() : nil
    Self.addTimes(
      to: &body, started: own.compactMap(\.startedAt).min(), updated: own.map(\.updatedAt).max(),
      ended: ended)
    body.add(
      "nodeStates",
      .object(own.map { JSON.Member(key: $0.key.node, value: Self.nodeState($0)) }))
    return body
  }

  private static func nodeState(_ state: StepStateRecord) -> JSON {
    var body: JSON = ["executionState": .text(state.state.rawValue)]
    addTimes(
      to: &body, started: state.startedAt, updated: state.updatedAt, ended: state.endedAt)
    body.add("errorMessage", state.state == .failed ? state.reason.map { .text($0) } : nil)
    body.add("exitCode", state.exitCode.map { .integer(Int64($0)) })
    return body
  }

  private static func addTimes(
    to body: inout JSON, started: Instant?, updated: Instant?, ended: Instant?
  ) {
    body.add("startTime", .optional(started?.iso8601))
    body.add("updateTime", .optional(updated?.iso8601))
    body.add("endTime", .optional(ended?.iso8601))
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
