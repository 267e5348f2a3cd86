import Model

/// `export-var`, the global variable: a value for all later steps, and in the group `export` for the parent job.
struct ExportVariableStep: MemberStep {
  /// What belongs to a run or a node and cannot be set.
  private static let reserved: Set<String> = [
    "option", "unquotedoption", "job", "node", "execution", "globals", "result",
    CapturedValues.outcomeGroup,
  ]

  let isRepeatable = true
  private let group: String
  private let name: String
  private let value: String

  /// Throws `UnfitStep` for settings that cannot be used.
  init(_ settings: StepConfiguration) throws(UnfitStep) {
    name = try settings.required("export")
    value = try settings.text("value") ?? ""
    group = try settings.text("group") ?? CapturedScopes.exported
    let isName = { (text: String) in
      text.utf8.count <= 200 && text.allSatisfy { !$0.isWhitespace && !"${}@".contains($0) }
    }
    guard isName(name) else {
      throw settings.bad("export", name, "a name without white space, '$', '{', '}' and '@'")
    }
    guard isName(group), !Self.reserved.contains(group), !group.contains(":") else {
      throw settings.bad(
        "group", group, "a name, and none of \(Self.reserved.sorted().joined(separator: ", "))")
    }
  }

  func run(_ tools: MemberTools) async -> MemberStepResult {
    MemberStepResult(.succeeded, values: [group: [name: value]])
  }
}
