import Model

/// What the ended steps of an execution captured.
struct CapturedValues: Sendable, Hashable {
  /// Names and values by step and node.
  var byStep: [StepKey: [String: String]] = [:]

  /// What it takes of `StepCapture.mostBytes`.
  var bytes: Int {
    byStep.values.reduce(0) { sum, values in
      values.reduce(sum) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    }
  }

  /// The values of each node: of a name that several steps captured, the last step's.
  func byNode(_ plan: ExecutionPlan) -> [String: [String: String]] {
    if byStep.isEmpty { return [:] }
    var places: [String: Int] = [:]
    for (index, step) in plan.steps.enumerated() { places[step.step] = index }
    let ordered = byStep.sorted { (places[$0.key.step] ?? 0) < (places[$1.key.step] ?? 0) }
    var nodes: [String: [String: String]] = [:]
    for (key, values) in ordered { nodes[key.node, default: [:]].merge(values) { _, new in new } }
    return nodes
  }

  /// As `step_state.data` holds one step's.
  static func text(_ values: [String: String]) -> String? {
    values.isEmpty ? nil : JSONTree.map(values.mapValues(JSONTree.text)).json
  }
}
