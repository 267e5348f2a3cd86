import Model

extension WorkflowStep {
  /// What is wrong with this step and the steps inside it.
  func problems(path: String) -> [JobProblem] {
    var problems: [JobProblem] = []
    do throws(JobProblem) {
      problems += Self.problems(of: try kind.meaning(path: path), path: path)
    } catch {
      problems.append(error)
    }
    problems += JobProblem.services(kept["plugins"], field: path + ".plugins")
    problems += conductProblems(path: path)
    if let handler = errorHandler { problems += handler.problems(path: path + ".errorhandler") }
    return problems
  }

  private static func problems(of meaning: StepMeaning, path: String) -> [JobProblem] {
    switch meaning {
    case .command(let command) where command.allSatisfy(\.isWhitespace):
      [JobProblem(field: path + ".exec", message: "the command is empty")]
    case .script(let script) where script.text.isEmpty:
      [JobProblem(field: path + ".script", message: "the script is empty")]
    case .externalScript(let script): problems(of: script.place, path: path)
    case .conditional(let step): problems(of: step, path: path)
    case .command, .script, .reference, .plugin: []
    }
  }

  private static func problems(of place: ExternalScript.Place, path: String) -> [JobProblem] {
    guard case .url(let address) = place, !address.hasReference,
      !RemoteAddress.isValid(address)
    else { return [] }
    return [
      JobProblem(
        field: path + ".scripturl", value: address,
        message: "must be a URL of http, https or file")
    ]
  }

  private static func problems(of step: ConditionalStep, path: String) -> [JobProblem] {
    step.steps.enumerated().flatMap { index, inner in
      inner.problems(path: "\(path).\(step.form.stepsKey)[\(index)]")
    }
  }
}
