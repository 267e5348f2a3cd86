import Model

/// `flow-control`: ends the workflow here, or lets it go on.
struct FlowControlStep: MemberStep {
  let isRepeatable = true
  private let halt: FlowHalt?

  /// Throws `UnfitStep` for settings that cannot be used.
  init(_ settings: StepConfiguration) throws(UnfitStep) {
    halt = try settings.flag("halt") ? try settings.flowHalt() : nil
  }

  func run(_ tools: MemberTools) async -> MemberStepResult {
    MemberStepResult(halt.map { .halted($0) } ?? .succeeded)
  }
}

extension StepConfiguration {
  /// How `fail` and `status` say that a workflow ends: a status of one's own wins.
  func flowHalt() throws(UnfitStep) -> FlowHalt {
    if let status = try text("status") { return .custom(status: status) }
    return try flag("fail") ? .failed : .succeeded
  }
}
