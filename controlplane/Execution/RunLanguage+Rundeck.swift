import Model
import Wire

extension RunLanguage {
  static let rundeck = RunLanguage(
    resolveOptions: { (_, _, options) throws(LaunchError) in ResolvedOptions(plain: options) },
    select: { (dispatch, nodes) throws(LaunchError) in try select(dispatch, from: nodes) },
    specification: { (step) throws(UnfitStep) in
      guard case .exec(let line) = step.definition.kind else { throw UnfitStep(message: "no") }
      return StepSpecification(arguments: ["sh", "-c", line])
    })
}
