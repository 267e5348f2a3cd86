import Model

/// `log-data-step`: shows all that later steps can refer to.
struct LogDataStep: MemberStep {
  let isRepeatable = true
  private let lines: [MemberStepResult.Line]

  /// Throws `UnfitStep` for settings that cannot be used.
  init(_ settings: StepConfiguration, logLevel: String) throws(UnfitStep) {
    let isSilent = try settings.flag("debugOnly") && logLevel != "DEBUG"
    lines = isSilent ? [] : Self.table(settings.context)
  }

  func run(_ tools: MemberTools) async -> MemberStepResult {
    MemberStepResult(.succeeded, lines: lines)
  }

  /// `scope`, `group.key` and the value; a value of several lines takes as many.
  private static func table(_ context: DataContext) -> [MemberStepResult.Line] {
    var known = context.groups
    known["node"] = nil
    var rows = rows(
      "global",
      known.merging(context.captured.seen(on: "")) { one, two in
        one.merging(two) { _, new in new }
      })
    if let node = context.groups["node"] {
      rows += Self.rows("node \(context.nodeName)", ["node": node])
    }
    for node in context.captured.nodes {
      rows += Self.rows("node \(node)", context.captured.own(of: node))
    }
    return rows.map { MemberStepResult.Line(level: .normal, text: $0) }
  }

  private static func rows(_ scope: String, _ groups: CapturedGroups) -> [String] {
    groups.sorted { $0.key < $1.key }.flatMap { group, values in
      values.sorted { $0.key < $1.key }.map { "[\(scope)] \(group).\($0.key): \($0.value)" }
    }
  }
}
