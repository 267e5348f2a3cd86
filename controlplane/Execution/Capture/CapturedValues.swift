import Model

/// What the ended steps of one workflow left for later ones: what their output gave, what they set, how they ended.
///
/// The node "" stands for the workflow: what a step without a node left is seen on every node.
struct CapturedValues: Sendable, Hashable {
  /// The group of what is known of each ended step without any filter: `exec.exitCode`.
  static let outcomeGroup = "exec"

  /// By step and node.
  private(set) var bySteps: [String: [String: CapturedGroups]] = [:]
  /// By node, group and name: of a name that several steps left, the last step's value.
  private var latest: [String: [String: [String: Latest]]] = [:]
  /// What it takes of `StepCapture.mostBytes`, names included.
  private(set) var bytes = 0

  private struct Latest: Sendable, Hashable {
    var value: String
    var place: StepPlace
  }

  var isEmpty: Bool { bySteps.isEmpty }

  /// Adds what a step left; its earlier value of a name is replaced.
  mutating func put(_ groups: CapturedGroups, of key: StepKey) {
    let place = StepPlace(key.step)
    for (group, values) in groups {
      for (name, value) in values { put(name, value, in: group, of: key, place) }
    }
  }

  private mutating func put(
    _ name: String, _ value: String, in group: String, of key: StepKey, _ place: StepPlace
  ) {
    let old = bySteps[key.step, default: [:]][key.node, default: [:]][group, default: [:]]
      .updateValue(value, forKey: name)
    guard group != Self.outcomeGroup else { return }
    bytes += value.utf8.count - (old?.utf8.count ?? -name.utf8.count)
    let known = latest[key.node]?[group]?[name]
    guard known.map({ $0.place <= place }) ?? true else { return }
    latest[key.node, default: [:]][group, default: [:]][name] = Latest(value: value, place: place)
  }

  /// The value of a name that steps left on one node; "" for the workflow.
  func value(_ group: String, _ name: String, on node: String) -> String? {
    latest[node]?[group]?[name]?.value
  }

  /// The value that one step left on one node.
  func value(_ group: String, _ name: String, on node: String, of step: String) -> String? {
    bySteps[step]?[node]?[group]?[name]
  }

  /// The values of a name on all nodes, in the order of their names.
  func values(_ group: String, _ name: String) -> [String] {
    latest.filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }
      .compactMap { $0.value[group]?[name]?.value }
  }

  /// The values of a name that one step left on all nodes, in the order of their names.
  func values(_ group: String, _ name: String, of step: String) -> [String] {
    (bySteps[step] ?? [:]).filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }
      .compactMap { $0.value[group]?[name] }
  }

  /// All that is seen on one node without naming another or a step: the workflow's and the node's own.
  func seen(on node: String) -> CapturedGroups {
    var groups: CapturedGroups = [:]
    for place in node.isEmpty ? [""] : ["", node] {
      for (group, values) in latest[place] ?? [:] {
        groups[group, default: [:]].merge(values.mapValues(\.value)) { _, new in new }
      }
    }
    return groups
  }

  /// What steps left on one node alone.
  func own(of node: String) -> CapturedGroups {
    (latest[node] ?? [:]).mapValues { $0.mapValues(\.value) }
  }

  /// The nodes on which steps left something.
  var nodes: [String] { latest.keys.filter { !$0.isEmpty }.sorted() }

  /// As `step_state.data` holds what one step left; nil for nothing.
  static func text(_ groups: CapturedGroups) -> String? {
    let groups = groups.filter { !$0.value.isEmpty && $0.key != outcomeGroup }
    guard !groups.isEmpty else { return nil }
    return JSONTree.map(groups.mapValues { .map($0.mapValues(JSONTree.text)) }).json
  }
}
