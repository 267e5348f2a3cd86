import JSONPrograms
import JobFormat
import Model

/// Checks the programs in jq's language that the log filters of definitions hold, each text once. Where nobody can say
/// whether a text is a program, it is taken.
struct JSONProgramCheck {
  private let programs: JSONProgramRunner
  /// What is wrong with the texts that were looked at; nil: nothing.
  private var known: [String: String?] = [:]

  init(_ programs: JSONProgramRunner) { self.programs = programs }

  /// The definition, or a failure when one of its log filters cannot be used.
  mutating func checked(
    _ definition: Result<Job, JobDefinitionError>, index: Int
  ) async -> Result<Job, JobDefinitionError> {
    guard case .success(let job) = definition else { return definition }
    var problems: [JobProblem] = []
    for (path, text) in Self.programs(of: job) {
      guard let reason = await reason(against: text) else { continue }
      problems.append(JobProblem(field: path, value: text, message: reason))
    }
    return problems.isEmpty
      ? definition : .failure(JobDefinitionError(index: index, job: job, problems: problems))
  }

  private mutating func reason(against text: String) async -> String? {
    if let known = known[text] { return known }
    let reason = await Self.reason(against: text, programs)
    known[text] = .some(reason)
    return reason
  }

  private static func reason(
    against text: String, _ programs: JSONProgramRunner
  ) async -> String? {
    do throws(JSONProgramProblem) {
      try await programs.check(text)
      return nil
    } catch .unavailable {
      return nil
    } catch {
      return error.description
    }
  }

  /// The programs with the names of their fields.
  static func programs(of job: Job) -> [(path: String, text: String)] {
    programs(of: job.workflow.logFilters, path: "sequence.pluginConfig")
      + programs(of: job.workflow.steps, path: "sequence.commands")
  }

  private static func programs(
    of steps: [WorkflowStep], path: String
  ) -> [(path: String, text: String)] {
    steps.enumerated().flatMap { index, step in programs(of: step, path: "\(path)[\(index)]") }
  }

  private static func programs(of step: WorkflowStep, path: String) -> [(
    path: String, text: String
  )] {
    var found = programs(of: step.logFilters, path: "\(path).plugins")
    if case .conditional(let inner)? = try? step.kind.meaning(path: path) {
      found += programs(of: inner.steps, path: "\(path).\(inner.form.stepsKey)")
    }
    if let handler = step.errorHandler {
      found += programs(of: handler, path: "\(path).errorhandler")
    }
    return found
  }

  private static func programs(
    of filters: [LogFilterDefinition], path: String
  ) -> [(path: String, text: String)] {
    filters.enumerated().compactMap { index, filter in
      guard ["json-mapper", "json-jq"].contains(filter.type), let text = filter.config["filter"],
        !text.hasReference
      else { return nil }
      return ("\(path).LogFilter[\(index)].config.filter", text)
    }
  }
}
