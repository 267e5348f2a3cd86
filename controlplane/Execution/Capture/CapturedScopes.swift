import Model

/// What the ended steps of an execution left, by the workflow in which it is seen.
///
/// A referenced job's workflow sees its own steps' values only, and of what they leave only the group `export` is seen by
/// the parent. The sub-steps of a conditional step belong to the workflow that the conditional is in.
struct CapturedScopes: Sendable, Hashable {
  /// The group that a referenced job hands to its parent.
  static let exported = "export"

  /// The step context identifiers of the cells that are job references: `2`, `2e`, `2@node=web1`.
  var references: Set<String> = []
  private var values: [String: CapturedValues] = [:]

  var bytes: Int { values.values.reduce(0) { $0 + $1.bytes } }

  /// Adds what a step left, for its workflow and for those that see it.
  mutating func put(_ groups: CapturedGroups, of key: StepKey) {
    guard !groups.isEmpty else { return }
    var scope = scope(of: key.step)
    values[scope, default: CapturedValues()].put(groups, of: key)
    guard let exported = groups[Self.exported], !exported.isEmpty else { return }
    while !scope.isEmpty {
      let reference = StepKey(step: scope, node: "")
      scope = self.scope(of: scope)
      values[scope, default: CapturedValues()].put([Self.exported: exported], of: reference)
    }
  }

  /// Notes how a step ended.
  mutating func put(exitCode: Int32, of key: StepKey) {
    put([CapturedValues.outcomeGroup: ["exitCode": String(exitCode)]], of: key)
  }

  /// What a step of that context identifier sees.
  func seen(by step: String) -> CapturedValues { values[scope(of: step)] ?? CapturedValues() }

  /// What one step left, without its exit code.
  func groups(of key: StepKey) -> CapturedGroups {
    var groups = values[scope(of: key.step)]?.bySteps[key.step]?[key.node] ?? [:]
    groups[CapturedValues.outcomeGroup] = nil
    return groups
  }

  /// The nearest job reference above the step; "" for the execution's own workflow.
  private func scope(of step: String) -> String {
    var rest = step[...]
    while let slash = rest.lastIndex(of: "/") {
      rest = rest[..<slash]
      if references.contains(String(rest)) { return String(rest) }
    }
    return ""
  }
}
