import Model
import Wire

/// A script file of the server or a script from a URL: the member reads it, the node's agent runs it.
struct FetchedScriptStep: MemberStep {
  let isRepeatable = true
  private let step: StepInContext
  private let script: ScriptStep
  private let source: ScriptSource

  /// Throws `UnfitStep` for a place that cannot be read from.
  init(_ script: ExternalScript, in step: StepInContext) throws(UnfitStep) {
    self.step = step
    self.script = script.start
    source = try ScriptSource(script.place, in: step.dataContext)
  }

  func run(_ tools: MemberTools) async -> MemberStepResult {
    do throws(StepFailure) {
      let bytes = try await source.read(tools)
      guard !bytes.isEmpty else { throw StepFailure("IOFailure", "The script is empty") }
      return MemberStepResult(.agent(try specification(bytes)))
    } catch {
      return MemberStepResult(.failed(error))
    }
  }

  private func specification(_ bytes: [UInt8]) throws(StepFailure) -> StepSpecification {
    do throws(UnfitStep) {
      return try step.specification { context throws(StepInvocationError) in
        try StepInvocation(script, script: bytes, in: context)
      }
    } catch {
      throw StepFailure("ConfigurationFailure", error.message)
    }
  }
}
