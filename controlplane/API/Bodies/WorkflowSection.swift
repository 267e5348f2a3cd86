import Model
import Store

/// A workflow in the state document: the execution's own, or one that carries a step out.
struct WorkflowSection {
  let plan: ExecutionPlan
  /// What the step context identifiers begin with: empty, `2/`, `2@node=web1/`.
  let prefix: String
  let states: WorkflowStates
  /// Whether what has no row will not begin any more.
  let isOver: Bool
  /// When that was last looked at.
  let absentAt: Instant

  /// Adds the section's members: how many steps, which nodes, and each step.
  func add(to body: inout JSON) {
    body.add("stepCount", .integer(Int64(plan.steps.count)))
    body.add("allNodes", .texts(allNodes))
    body.add("targetNodes", .texts(plan.nodes.map(\.name)))
    body.add("steps", .array(plan.steps.map(step)))
  }

  /// The nodes of this workflow and of those within it, each once.
  var allNodes: [String] {
    var seen: Set<String> = []
    let inner = plan.steps.flatMap { within($0).flatMap(\.section.allNodes) }
    return (plan.nodes.map(\.name) + inner).filter { seen.insert($0).inserted }
  }

  /// By node, where each step stands that runs on it.
  var indicators: JSON {
    var byNode: [String: [JSON]] = [:]
    collect(into: &byNode)
    return .object(allNodes.map { JSON.Member(key: $0, value: .array(byNode[$0] ?? [])) })
  }

  private func collect(into byNode: inout [String: [JSON]]) {
    for step in plan.steps {
      for state in own(step) where !state.key.node.isEmpty {
        byNode[state.key.node, default: []].append(
          ["executionState": .text(state.state.rawValue), "stepctx": .text(state.key.step)])
      }
      for inner in within(step) { inner.section.collect(into: &byNode) }
    }
  }

  /// Where a step stands: on each node, or as a whole.
  private func own(_ step: PlannedStep) -> [StepStateRecord] {
    let context = prefix + step.step
    let nodes = step.isNodeStep ? plan.nodes.map(\.name) : [""]
    return nodes.map { node in
      let key = StepKey(step: context, node: node)
      return states.rows[key]
        ?? StepStateRecord(key: key, state: isOver ? .notStarted : .waiting, updatedAt: absentAt)
    }
  }

  /// The workflows that carry a step out: one, or one for each node.
  private func within(_ step: PlannedStep) -> [(state: StepStateRecord, section: WorkflowSection)] {
    guard !states.nested.isEmpty else { return [] }
    return own(step).compactMap { state in
      states.nested[state.key].map { plan in
        let node = state.key.node.isEmpty ? "" : "@node=\(state.key.node)"
        return (
          state,
          WorkflowSection(
            plan: plan, prefix: "\(state.key.step)\(node)/", states: states,
            isOver: isOver || state.state.isFinal, absentAt: absentAt)
        )
      }
    }
  }
}

extension WorkflowSection {
  private func step(_ step: PlannedStep) -> JSON {
    let own = own(step)
    var body: JSON = [
      "id": .text(step.step), "stepctx": .text(prefix + step.step),
      "nodeStep": .boolean(step.isNodeStep),
      "executionState": .text(StepSummary.state(of: own.map(\.state)).rawValue),
    ]
    let isOver = own.allSatisfy { $0.state.isFinal }
    Self.addTimes(
      to: &body, started: own.compactMap(\.startedAt).min(), updated: own.map(\.updatedAt).max(),
      ended: isOver ? own.compactMap(\.endedAt).max() : nil)
    if step.isNodeStep {
      body.add("stepTargetNodes", .texts(own.map(\.key.node)))
      body.add(
        "nodeStates",
        .object(own.map { JSON.Member(key: $0.key.node, value: Self.state($0)) }))
    } else if let state = own.first {
      Self.addOutcome(of: state, to: &body)
    }
    addWorkflows(of: step, to: &body)
    return body
  }

  /// Of a step that further workflows carry out on several nodes `workflow` is the first node's, and
  /// `parameterStates` has each node's own.
  private func addWorkflows(of step: PlannedStep, to body: inout JSON) {
    let within = within(step)
    guard let first = within.first else { return }
    body.add("hasSubworkflow", true)
    body.add("workflow", first.section.json(first.state))
    guard step.isNodeStep else { return }
    body.add(
      "parameterStates",
      .object(
        within.map { inner in
          var state = Self.state(inner.state)
          state.add("id", .text(step.step))
          state.add("stepctx", .text(String(inner.section.prefix.dropLast())))
          state.add("nodeStep", true)
          state.add("hasSubworkflow", true)
          state.add("workflow", inner.section.json(inner.state))
          return JSON.Member(key: "node=\(inner.state.key.node)", value: state)
        }))
  }

  /// The workflow as it stands; `state` is that of the cell that it carries out.
  private func json(_ state: StepStateRecord) -> JSON {
    var body: JSON = [
      "completed": .boolean(state.state.isFinal), "executionState": .text(state.state.rawValue),
    ]
    Self.addTimes(
      to: &body, started: state.startedAt, updated: state.updatedAt, ended: state.endedAt)
    add(to: &body)
    return body
  }

  private static func state(_ state: StepStateRecord) -> JSON {
    var body: JSON = ["executionState": .text(state.state.rawValue)]
    addTimes(
      to: &body, started: state.startedAt, updated: state.updatedAt, ended: state.endedAt)
    addOutcome(of: state, to: &body)
    return body
  }

  private static func addOutcome(of state: StepStateRecord, to body: inout JSON) {
    body.add("errorMessage", state.state == .failed ? state.reason.map { .text($0) } : nil)
    body.add("exitCode", state.exitCode.map { .integer(Int64($0)) })
  }

  private static func addTimes(
    to body: inout JSON, started: Instant?, updated: Instant?, ended: Instant?
  ) {
    body.add("startTime", .optional(started?.iso8601))
    body.add("updateTime", .optional(updated?.iso8601))
    body.add("endTime", .optional(ended?.iso8601))
  }
}
