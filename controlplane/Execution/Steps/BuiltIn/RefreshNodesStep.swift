import Model

/// `source-refresh-plugin`: waits as long as it says. The nodes of a project are its agents, which are known as they
/// are at each moment, so nothing is left to refresh.
struct RefreshNodesStep: MemberStep {
  let isRepeatable = true
  private let pause: Duration

  /// Throws `UnfitStep` for settings that cannot be used.
  init(_ settings: StepConfiguration) throws(UnfitStep) {
    pause = .seconds(try settings.number("sleep", in: 0...86_400) ?? 0)
  }

  func run(_ tools: MemberTools) async -> MemberStepResult {
    if pause > .zero {
      do {
        try await tools.clock.sleep(for: pause)
      } catch {
        return MemberStepResult(.failed(StepFailure("Interrupted", "The step was ended")))
      }
    }
    return MemberStepResult(.succeeded)
  }
}
