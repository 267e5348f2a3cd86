import Model
import Pattern

extension Job {
  /// What is wrong with the keys that say how long, with how much output and in which limits a job runs.
  var conductProblems: [JobProblem] {
    logLimitProblems + timeoutProblems + overlapProblems + Self.conductProblems(kept, path: "")
      + workflow.logFilters.enumerated().flatMap { index, filter in
        filter.problems(path: "sequence.pluginConfig.LogFilter[\(index)]")
      }
  }

  private var logLimitProblems: [JobProblem] {
    var problems: [JobProblem] = []
    if let value = kept["loglimit"], value != .text("") {
      if value.scalarText.flatMap(JobLogLimit.parse) == nil {
        problems.append(
          JobProblem(
            field: "loglimit", value: value.scalarText, message: "must be \(JobLogLimit.allowed)"))
      }
    }
    if let text = kept["loglimitAction"]?.scalarText, !text.isEmpty,
      JobLogLimit.Action(rawValue: text.lowercased()) == nil
    {
      problems.append(
        JobProblem(
          field: "loglimitAction", value: text, message: "must be one of halt, truncate"))
    }
    if let text = kept["loglimitStatus"]?.scalarText,
      text.utf8.count > 256 || text.utf8.contains(where: { $0 < 0x20 })
    {
      problems.append(
        JobProblem(
          field: "loglimitStatus", value: text,
          message: "must be failed, aborted or another text of one line, at most 256 bytes"))
    }
    return problems
  }

  private var timeoutProblems: [JobProblem] {
    guard let timeout, !timeout.isEmpty, !timeout.hasReference,
      JobDuration.seconds(amongWords: timeout) == nil
    else { return [] }
    return [
      JobProblem(
        field: "timeout", value: timeout,
        message: "must be \(JobDuration.allowed), or a reference such as ${option.timeout}")
    ]
  }

  private var overlapProblems: [JobProblem] {
    do throws(StepConduct.Problem) {
      _ = try JobOverlap(kept)
      return []
    } catch {
      return [JobProblem(field: error.field, value: error.value, message: error.message)]
    }
  }

  static func conductProblems(_ kept: [String: JobValue], path: String) -> [JobProblem] {
    do throws(StepConduct.Problem) {
      _ = try StepConduct(kept)
      return []
    } catch {
      return [
        JobProblem(
          field: path.isEmpty ? error.field : "\(path).\(error.field)", value: error.value,
          message: error.message)
      ]
    }
  }
}

extension WorkflowStep {
  /// What is wrong with the keys that say how a step runs and what is captured of its output.
  func conductProblems(path: String) -> [JobProblem] {
    Job.conductProblems(kept, path: path)
      + logFilters.enumerated().flatMap { index, filter in
        filter.problems(path: "\(path).plugins.LogFilter[\(index)]")
      }
  }
}

extension LogFilterDefinition {
  /// What is wrong with a regular expression of a filter.
  fileprivate func problems(path: String) -> [JobProblem] {
    switch type {
    case "key-value-data", "key-value-data-multilines":
      expressionProblem("regex", path) + expressionProblem("invalidKeyPattern", path)
    case "quiet-output", "highlight-output": expressionProblem("regex", path)
    default: []
    }
  }

  private func expressionProblem(_ key: String, _ path: String) -> [JobProblem] {
    guard let text = config[key], !text.isEmpty else { return [] }
    let field = "\(path).config.\(key)"
    do throws(JobPatternError) {
      _ = try SearchPattern(text)
      return []
    } catch {
      return [JobProblem(field: field, value: text, message: error.reason)]
    }
  }
}
