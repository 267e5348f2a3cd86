public import Model

extension Job {
  /// What is wrong with this definition, beyond its shape: names, steps and options,
  /// but for values that do not match their option's expression (`mismatches`).
  public var definitionProblems: [JobProblem] {
    var problems: [JobProblem] = []
    if name.allSatisfy(\.isWhitespace) {
      problems.append(JobProblem(field: "name", value: name, message: "a job must have a name"))
    } else if name.contains("/") {
      problems.append(
        JobProblem(field: "name", value: name, message: "a job's name must not contain '/'"))
    }
    if workflow.steps.isEmpty {
      problems.append(
        JobProblem(field: "sequence.commands", message: "a job must have at least one step"))
    }
    return problems + stepProblems + optionProblems + conductProblems + settingProblems
  }

  private var stepProblems: [JobProblem] {
    workflow.steps.enumerated().flatMap { index, step in
      step.problems(path: "sequence.commands[\(index)]")
    }
  }

  private var optionProblems: [JobProblem] {
    var names: Set<String> = []
    var problems: [JobProblem] = []
    for (index, option) in options.enumerated() {
      let place = "options[\(index)] '\(option.name)'"
      if !names.insert(option.name).inserted {
        problems.append(
          JobProblem(field: place, value: option.name, message: "two options have this name"))
      }
      problems += option.problems(jobIsScheduled: isScheduled).map { $0.inOption(index, option) }
    }
    return problems
  }
}
